import type { FinishedJob } from '../../../background/operator.ts'
import { EXIT } from '../../exit-codes.ts'
import { printJson } from '../../output.ts'
import type { RemoteOptions } from '../../remote.ts'
import { awaitJob, printEnd } from './await-job.ts'
import { jobIdOf } from './job-id.ts'
import { withOperator } from './with-operator.ts'

export interface WaitOptions extends RemoteOptions {
  readonly timeout?: number
}

/** What `ks bg wait` does. */
export async function runWait(typed: readonly string[], options: WaitOptions): Promise<void> {
  const ids = [...new Set(typed.map(jobIdOf))]
  await withOperator(options, async operator => {
    // an id that never was is a mistake; one that vanishes while it is waited for had no history
    await Promise.all(ids.map(id => operator.jobs.get(id)))
    // each is told as soon as it has ended, whatever becomes of the others
    const waits = ids.map(async id => tell(await awaitJob(operator.handle(id), options.timeout), options))
    for (const wait of await Promise.allSettled(waits)) if (wait.status === 'rejected') throw wait.reason
  })
}

function tell(end: FinishedJob, { json }: RemoteOptions): void {
  if (json) printJson({ ...end, result: end.result ?? null, error: end.error ?? null })
  else printEnd(end, `#${end.id} `)
  if (end.state !== 'completed') process.exitCode = EXIT.failed
}
