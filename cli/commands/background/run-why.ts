import { painterFor, print, printable, printJson } from '../../output.ts'
import type { RemoteOptions } from '../../remote.ts'
import { jobIdOf } from './job-id.ts'
import { withOperator } from './with-operator.ts'

/** What `ks bg why` does. */
export async function runWhy(typed: string, options: RemoteOptions): Promise<void> {
  const id = jobIdOf(typed)
  const { job, reasons } = await withOperator(options, async ({ jobs }) => ({
    reasons: await jobs.why(id),
    job: await jobs.get(id),
  }))
  const { task, state } = job
  if (options.json) {
    const told = reasons.map(({ at = null, jobs = [], ...reason }) => ({ ...reason, at, jobs }))
    return printJson({ id, task, state, reasons: told })
  }
  const paint = painterFor(process.stdout)
  const [first, ...others] = reasons
  print(`${paint('bold', `#${id} ${printable(task)}`)} ${printable(first?.text ?? '')}`)
  print(`  ${paint('cyan', 'next')}  ${printable(first?.next ?? '')}`)
  for (const { text, next } of others) {
    print(`  ${paint('yellow', 'also')}  ${printable(text)}`)
    print(`        ${paint('dim', printable(next))}`)
  }
}
