import type { AttemptLog, Job } from '../../../background/operator.ts'
import { sleep } from '../../../framework/clock.ts'
import { painterFor, print, printJson, say } from '../../output.ts'
import type { RemoteOptions } from '../../remote.ts'
import { jobIdOf } from './job-id.ts'
import { logLines } from './log-lines.ts'
import { shownLogs } from './shown-jobs.ts'
import { withOperator } from './with-operator.ts'

export interface LogsOptions extends RemoteOptions {
  readonly follow?: true
}

/** What is known of a job and its logs. */
interface Seen {
  readonly job: Job
  readonly attempts: readonly AttemptLog[]
}

const LOOK_MS = 500

/** What `ks bg logs` does. */
export async function runLogs(typed: string, options: LogsOptions): Promise<void> {
  const id = jobIdOf(typed)
  await withOperator(options, async operator => {
    const { jobs } = operator
    const secrets = await operator.secretsIn([(await jobs.get(id)).task])
    const look = async (): Promise<Seen> => {
      // first the state: what was logged before the end is there when the job has ended
      const job = await jobs.get(id)
      return { job, attempts: shownLogs(job, await jobs.logs(id), secrets) }
    }
    if (options.follow) return follow(look, options)
    const { job, attempts } = await look()
    if (options.json) return printJson({ id, state: job.state, attempts: attempts.map(attemptAsJson) })
    for (const attempt of attempts) printAttempt(attempt)
    if (attempts.length === 0) say(nothing(job))
  })
}

/** Shows what each attempt has logged as soon as it has ended, until the job has finished. */
async function follow(look: () => Promise<Seen>, { json }: LogsOptions): Promise<void> {
  const shown = new Set<string>()
  let said = ''
  for (;;) {
    const { job, attempts } = await look()
    for (const attempt of attempts.filter(attempt => !shown.has(keyOf(attempt)))) {
      shown.add(keyOf(attempt))
      if (json) printJson(attemptAsJson(attempt))
      else printAttempt(attempt)
    }
    if (job.finishedAt) {
      if (shown.size === 0) say(nothing(job))
      return
    }
    const waiting = whatFor(job)
    if (waiting !== said) say(waiting)
    said = waiting
    await sleep(LOOK_MS)
  }
}

/** A job that was retried counts its attempts anew. */
function keyOf({ attempt, lines }: AttemptLog): string {
  return `${attempt} ${lines[0]?.at.toISOString()}`
}

function printAttempt(attempt: AttemptLog): void {
  const paint = painterFor(process.stdout)
  for (const line of logLines(attempt, paint)) print(line)
}

function attemptAsJson({ lines, ...attempt }: AttemptLog) {
  return { ...attempt, lines: lines.map(({ fields = null, ...line }) => ({ ...line, fields })) }
}

function whatFor({ id, state, attempt, maxAttempts }: Job): string {
  const next = `attempt ${attempt + 1} of ${maxAttempts}`
  if (state === 'running') return `${next} runs: what it logs is shown when it has ended`
  return `waits for ${next}, ${state}: ks bg why ${id}`
}

function nothing({ state, attempt }: Job): string {
  if (state === 'running') return 'nothing so far: what an attempt logs is kept when it has ended'
  return attempt === 0 ? 'nothing: it has not run' : 'nothing: its task has logged nothing'
}
