/** A line that a task has written through `log`. */
export interface LogLine {
  /** By the clock of its worker. */
  readonly at: Date
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>> | undefined
}

/** What one attempt has logged. */
export interface AttemptLog {
  /** Counted from 1. */
  readonly attempt: number
  /** The last lines, in order. */
  readonly lines: readonly LogLine[]
  /** How many came before these and were not kept. */
  readonly dropped: number
}
