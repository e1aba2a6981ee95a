import type { Completion } from '../engine/complete.ts'
import type { Failure } from '../engine/fail.ts'
import type { Release } from '../engine/release.ts'
import type { Outcome } from '../outcome.ts'
import { serializeError } from '../serialize-error.ts'
import type { Attempt } from './executor.ts'

/** What the database is told about an attempt. */
export type Verdict =
  | { readonly verb: 'complete'; readonly entry: Completion }
  | { readonly verb: 'fail'; readonly entry: Failure }
  | { readonly verb: 'release'; readonly entry: Release }
  /** Nothing: it was completed in its own transaction. */
  | { readonly verb: 'none' }

/** A result longer than this many characters of JSON is not kept. */
const RESULT_LIMIT = 65_536

/** Turns how an attempt went into what becomes of its job; `keep` is the default retention in seconds. */
export function verdictOn(attempt: Attempt, keep: number): Verdict {
  const { job, task, outcome, ms, log } = attempt
  const { claim, id } = job
  if (attempt.committed) return { verb: 'none' }
  if (outcome.kind === 'released') return { verb: 'release', entry: { claim, id } }
  const kept = task.retention === undefined ? keep : Math.ceil(task.retention / 1_000)
  if (outcome.kind === 'completed')
    return { verb: 'complete', entry: { claim, id, ms, keep: kept, result: resultText(outcome.result), log } }
  return { verb: 'fail', entry: { claim, id, ms, keep: kept, log, ...consequence(attempt, outcome) } }
}

const FAILED = { state: 'discarded', counts: true } as const

type Unfinished = Exclude<Outcome, { kind: 'completed' | 'released' }>

function consequence(
  attempt: Attempt,
  outcome: Unfinished,
): Pick<Failure, 'again' | 'state' | 'counts' | 'error' | 'items'> {
  switch (outcome.kind) {
    case 'snoozed':
      return {
        ...{ again: outcome.ms, state: 'discarded', counts: false },
        error: outcome.error === undefined ? null : errorText(outcome.error),
      }
    case 'cancelled':
      return { again: null, state: 'cancelled', counts: true, error: reason(outcome.reason) }
    case 'discarded':
      return { ...FAILED, again: null, error: errorText(outcome.error), items: outcome.items }
    case 'failed':
      return { ...FAILED, again: nextTry(attempt), error: errorText(outcome.error), items: outcome.items }
  }
}

/** When a failed attempt is followed by another: null when it was the last. */
function nextTry({ job, task, outcome }: Attempt): number | Date | null {
  if (outcome.kind !== 'failed' || job.attempt >= job.maxAttempts) return null
  return outcome.retryAt ?? outcome.retryIn ?? task.backoff(job.attempt, outcome.error)
}

function errorText(error: unknown): string {
  return JSON.stringify(serializeError(error))
}

function reason(text: string): string {
  const { message } = serializeError(text)
  return JSON.stringify({ name: 'CancelJob', message })
}

/** A result that JSON cannot carry or that is too long is not kept; the job is done all the same. */
function resultText(result: unknown): string | undefined {
  if (result === undefined) return undefined
  try {
    const text = JSON.stringify(result)
    return text !== undefined && text.length <= RESULT_LIMIT ? text : undefined
  } catch {
    return undefined
  }
}
