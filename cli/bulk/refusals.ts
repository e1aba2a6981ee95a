import type { BulkRefusal } from '../../background/operator.ts'
import { KretesError } from '../../framework/errors.ts'
import { EXIT, exitCodeOf } from '../exit-codes.ts'
import { count, say } from '../output.ts'

const MOST_TOLD = 10

/** Why nothing was done with a job, and which command helps. */
export function explained(refusal: BulkRefusal): KretesError {
  const { code, message, job } = refusal
  return new KretesError(message, { code, hint: HINTS[code]?.(job) ?? (refusal.hint as string) })
}

const HINTS: Readonly<Record<string, (job: string) => string>> = {
  JOB_RUNNING: job => `wait until it ends, ks bg wait ${job}, or cancel it, ks bg cancel ${job}`,
  JOB_BUSY: () => 'try again; ks bg doctor names transactions that stay open',
  JOB_FINISHED: job => `run it again with ks bg retry ${job}, or a copy of it with ks bg replay ${job}`,
}

/** Tells why nothing was done with some of `all` jobs. */
export function tellRefusals(refused: readonly BulkRefusal[], all: number): void {
  const shown = refused.slice(0, MOST_TOLD).map(explained)
  for (const { message, hint } of shown) say(`${message}; ${hint}`)
  if (all > shown.length) say(`and ${count(all - shown.length)} more`)
}

/** 5 when something was done and something not; when nothing was, what the first refusal alone would end with. */
export function setExitCode(refused: readonly BulkRefusal[], done: number): void {
  const [first] = refused
  if (first) process.exitCode = done > 0 ? EXIT.partly : exitCodeOf(first)
}

/** For `--json`. */
export function refusalAsJson(refusal: BulkRefusal) {
  const { code, message, hint } = explained(refusal)
  return { id: refusal.job, code, message, hint }
}
