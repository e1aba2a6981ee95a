const brand: unique symbol = Symbol.for('kretes.error') as never

/** What every error of the framework carries beside its message. */
export interface ErrorDetails {
  /** Stable, machine-readable: `DATABASE_UNREACHABLE`. */
  readonly code: string
  /** What to do next, as one sentence or one command. */
  readonly hint?: string
  readonly cause?: unknown
}

/**
 * The one base class of all errors this framework throws on purpose.
 *
 * `message` says what happened and why, `hint` what to do next, `code` is for programs.
 * A second copy of the package in one process makes `instanceof` unreliable, so ask {@link isKretesError}.
 *
 * @example
 * throw new KretesError('no database at localhost:5432', { code: 'DATABASE_UNREACHABLE', hint: 'start it' })
 */
export class KretesError extends Error {
  readonly code: string
  readonly hint: string | undefined
  readonly [brand] = true

  constructor(message: string, { code, hint, cause }: ErrorDetails) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = new.target.name
    this.code = code
    this.hint = hint
  }
}

/** Whether `error` is a {@link KretesError}, also one of another copy of this package. */
export function isKretesError(error: unknown): error is KretesError {
  return typeof error === 'object' && error !== null && brand in error
}

/** The message of anything that can be thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
