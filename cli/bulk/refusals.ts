import type { Changed } from '../../background/operator.ts'
import { KretesError } from '../../framework/errors.ts'
import { EXIT, exitCodeOf } from '../exit-codes.ts'
import { count, say } from '../output.ts'

type Refusal = Changed['refused'][number]

const MOST_TOLD = 10

/** Why nothing was done with a job, and which command helps. */
export function explained(refusal: Refusal): KretesError {
  const { code, message, job } = refusal
  return new KretesError(message, { code, hint: HINTS[code]?.(job) ?? (refusal.hint as string) })
}

const HINTS: Readonly<Record<string, (job: string) => string>> = {
  JOB_RUNNING: job => `wait until it ends, ks bg wait ${job}, or cancel it, ks bg cancel ${job}`,
  JOB_FINISHED: job => `run it again with ks bg retry ${job}, or a copy of it with ks bg replay ${job}`,
}

/** Tells why nothing was done with some jobs, and decides what the command ends with. */
export function tellRefusals(refused: readonly Refusal[], done: number): void {
  const shown = refused.slice(0, MOST_TOLD).map(explained)
  for (const { message, hint } of shown) say(`${message}; ${hint}`)
  if (refused.length > MOST_TOLD) say(`and ${count(refused.length - MOST_TOLD)} more`)
  setExitCode(refused, done)
}

/** 5 when something was done and something not; when nothing was, what the first refusal alone would end with. */
export function setExitCode(refused: readonly Refusal[], done: number): void {
  const [first] = refused
  if (first) process.exitCode = done > 0 ? EXIT.partly : exitCodeOf(first)
}

/** For `--json`. */
export function refusalAsJson(refusal: Refusal) {
  const { code, message, hint } = explained(refusal)
  return { id: refusal.job, code, message, hint }
}
