import type { Job } from '../../../background/operator.ts'
import type { CommonOptions } from '../../options.ts'
import { painterFor, print, printJson, say } from '../../output.ts'
import { jobIdOf } from './job-id.ts'
import { logLines } from './log-lines.ts'
import { withClient } from './with-client.ts'

/** What `ks bg logs` does. */
export async function runLogs(typed: string, options: CommonOptions): Promise<void> {
  const id = jobIdOf(typed)
  const { job, attempts } = await withClient(options, async ({ jobs }) => ({
    job: await jobs.get(id),
    attempts: await jobs.logs(id),
  }))
  if (options.json) {
    const told = attempts.map(({ lines, ...attempt }) => ({
      ...attempt,
      lines: lines.map(({ fields = null, ...line }) => ({ ...line, fields })),
    }))
    return printJson({ id, state: job.state, attempts: told })
  }
  const paint = painterFor(process.stdout)
  for (const attempt of attempts) for (const line of logLines(attempt, paint)) print(line)
  if (attempts.length === 0) say(nothing(job))
}

function nothing({ state, attempt }: Job): string {
  if (state === 'running') return 'nothing so far: what an attempt logs is kept when it has ended'
  return attempt === 0 ? 'nothing: it has not run' : 'nothing: its task has logged nothing'
}
