import type { FinishedJob, JobHandle } from '../../../background/operator.ts'
import { humanDuration } from '../../../framework/duration.ts'
import { isKretesError, KretesError } from '../../../framework/errors.ts'
import { painterFor, print, printable, say } from '../../output.ts'

/** After so long without an end it is worth saying what might be missing. */
const IMPATIENT_MS = 5_000

/** Waits until the job has finished; says so when it takes suspiciously long. */
export async function awaitJob(job: JobHandle, timeout = Number.POSITIVE_INFINITY): Promise<FinishedJob> {
  try {
    return await waitFor(job, timeout)
  } catch (error) {
    throw hasCode(error, 'JOB_NOT_FOUND') ? notKept(job, error) : error
  }
}

/** How it ended, for people. */
export function printEnd({ state, attempt, ms, waited, result, error }: FinishedJob, which = ''): void {
  const paint = painterFor(process.stdout)
  const attempts = attempt > 1 ? ` at attempt ${attempt}` : ''
  const times = `in ${humanDuration(ms)} after waiting ${humanDuration(waited)}`
  print(`${which}${paint(state === 'completed' ? 'green' : 'red', state)}${attempts} ${times}`)
  if (result !== undefined) print(`  result  ${JSON.stringify(result)}`)
  if (error) print(`  error   ${printable(error.name ? `${error.name}: ${error.message}` : error.message)}`)
}

async function waitFor(job: JobHandle, timeout: number): Promise<FinishedJob> {
  if (timeout <= IMPATIENT_MS) return job.wait({ timeout })
  try {
    return await job.wait({ timeout: IMPATIENT_MS })
  } catch (error) {
    if (!hasCode(error, 'WAIT_TIMED_OUT')) throw error
    say(`${(error as KretesError).message}; ${(error as KretesError).hint} (Ctrl-C leaves it scheduled)`)
  }
  return timeout === Number.POSITIVE_INFINITY ? job.wait() : job.wait({ timeout: timeout - IMPATIENT_MS })
}

function hasCode(error: unknown, code: string): boolean {
  return isKretesError(error) && error.code === code
}

function notKept({ id }: JobHandle, cause: unknown): KretesError {
  return new KretesError(`job ${id} has finished, but how is not known: its task keeps no history`, {
    code: 'JOB_NOT_FOUND',
    hint: 'give the task a retention other than 0',
    cause,
  })
}
