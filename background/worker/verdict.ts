import type { Completion } from '../engine/complete.ts'
import type { Failure } from '../engine/fail.ts'
import type { Release } from '../engine/release.ts'
import { serializeError } from '../serialize-error.ts'
import type { Attempt } from './executor.ts'

/** What the database is told about an attempt. */
export type Verdict =
  | { readonly verb: 'complete'; readonly entry: Completion }
  | { readonly verb: 'fail'; readonly entry: Failure }
  | { readonly verb: 'release'; readonly entry: Release }

/** A result longer than this many characters of JSON is not kept. */
const RESULT_LIMIT = 65_536

/** Turns how an attempt went into what becomes of its job; `keep` is the default retention in seconds. */
export function verdictOn(attempt: Attempt, keep: number): Verdict {
  const { job, task, outcome } = attempt
  const base = {
    claim: job.claim,
    id: job.id,
    ms: attempt.ms,
    keep: task.retention === undefined ? keep : Math.ceil(task.retention / 1_000),
  }
  switch (outcome.kind) {
    case 'completed':
      return { verb: 'complete', entry: { ...base, result: resultText(outcome.result) } }
    case 'released':
      return { verb: 'release', entry: base }
    case 'snoozed':
      return {
        verb: 'fail',
        entry: { ...base, again: outcome.ms, state: 'discarded', counts: false, error: null },
      }
    case 'cancelled':
      return {
        verb: 'fail',
        entry: { ...base, again: null, state: 'cancelled', counts: true, error: reason(outcome.reason) },
      }
    case 'discarded':
      return {
        verb: 'fail',
        entry: { ...base, again: null, state: 'discarded', counts: true, error: errorText(outcome.error) },
      }
    case 'failed':
      return {
        verb: 'fail',
        entry: {
          ...base,
          again: nextTry(attempt),
          state: 'discarded',
          counts: true,
          error: errorText(outcome.error),
        },
      }
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
  return JSON.stringify({ name: 'CancelJob', message: text })
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
