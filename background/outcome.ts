import { type Duration, milliseconds } from '../framework/duration.ts'
import { KeyMissing, PlainPayload } from './sealing-errors.ts'

/** How an attempt ended. */
export type Outcome =
  | { readonly kind: 'completed'; readonly result: unknown }
  /** `retryIn` (milliseconds) or `retryAt` when the task chose its own time, else the task's backoff decides. */
  | {
      readonly kind: 'failed'
      readonly error: unknown
      readonly retryIn?: number
      readonly retryAt?: Date
      /** Of a batch: which of its items are to be tried again, counted from 1. */
      readonly items?: readonly number[]
    }
  /** `error` when it could not begin: why. */
  | { readonly kind: 'snoozed'; readonly ms: number; readonly error?: unknown }
  | {
      readonly kind: 'discarded'
      readonly reason: string
      readonly error: unknown
      readonly items?: readonly number[]
    }
  | { readonly kind: 'cancelled'; readonly reason: string }
  | { readonly kind: 'released' }

const brand: unique symbol = Symbol.for('kretes.outcome') as never

/**
 * What a task throws to say how its attempt ends. It is recognised by a brand, not by `instanceof`,
 * so that one thrown by another copy of this package counts too.
 */
abstract class ControlFlow extends Error {
  abstract readonly [brand]: Outcome

  override get name(): string {
    return this.constructor.name
  }
}

/** Thrown by a task: this job will never succeed, do not try again. It ends as `discarded`. */
export class DiscardJob extends ControlFlow {
  readonly [brand]: Outcome

  constructor(reason: string, options?: { cause?: unknown }) {
    super(reason, options)
    this[brand] = { kind: 'discarded', reason, error: options?.cause ?? this }
  }
}

/** Thrown by a task: this job is no longer wanted. It ends as `cancelled`. */
export class CancelJob extends ControlFlow {
  readonly [brand]: Outcome

  constructor(reason: string) {
    super(reason)
    this[brand] = { kind: 'cancelled', reason }
  }
}

/** Thrown by a task: not yet, run me again after `duration`. It uses up no attempt. */
export class Snooze extends ControlFlow {
  readonly [brand]: Outcome

  constructor(duration: Duration) {
    super(`snoozed for ${duration}`)
    this[brand] = { kind: 'snoozed', ms: milliseconds(duration) }
  }
}

/** Thrown by a task: this attempt failed, make the next one at this time or after this duration instead of the backoff. */
export class RetryAt extends ControlFlow {
  readonly [brand]: Outcome

  constructor(when: Date | Duration, options?: { cause?: unknown }) {
    super(`to be retried ${when instanceof Date ? `at ${when.toISOString()}` : `in ${when}`}`, options)
    const error = options?.cause ?? this
    this[brand] =
      when instanceof Date
        ? { kind: 'failed', error, retryAt: when }
        : { kind: 'failed', error, retryIn: milliseconds(when) }
  }
}

/**
 * Ends the job as `discarded`: it will never succeed, so no attempt follows. `cause` is the error to show.
 *
 * @example if (customer.deleted) discard('the customer is gone')
 */
export function discard(reason: string, cause?: unknown): never {
  throw new DiscardJob(reason, { cause })
}

/** Ends the job as `cancelled`: it is no longer wanted. */
export function cancel(reason: string): never {
  throw new CancelJob(reason)
}

/**
 * Puts the job off by `duration` without using up an attempt: it waits for something, it did not fail.
 *
 * @example if (!report.ready) snooze('10m')
 */
export function snooze(duration: Duration): never {
  throw new Snooze(duration)
}

/**
 * Fails this attempt and sets the time of the next, instead of the task's backoff. `cause` is the error to show.
 *
 * @example if (response.status === 429) retryAt(`${response.headers.get('retry-after')}s`)
 */
export function retryAt(when: Date | Duration, cause?: unknown): never {
  throw new RetryAt(when, { cause })
}

/** Until there is a key for a payload, its job looks again so often. */
const WITHOUT_KEY_MS = 30_000

/** The outcome of an attempt that threw `thrown`. */
export function outcomeOfError(thrown: unknown): Outcome {
  if (typeof thrown === 'object' && thrown !== null && brand in thrown) return thrown[brand] as Outcome
  if (thrown instanceof KeyMissing) return { kind: 'snoozed', ms: WITHOUT_KEY_MS, error: thrown }
  if (thrown instanceof PlainPayload) return { kind: 'discarded', reason: thrown.message, error: thrown }
  return { kind: 'failed', error: thrown }
}
