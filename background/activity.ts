/** Something that somebody is about to do. */
export interface Deed {
  /** Who: `ann@example.com`. */
  readonly actor: string
  /** `job.retry` */
  readonly action: string
  /** With what: the id of a job, the name of a queue, a query. */
  readonly target?: string | undefined
  /** What else was asked for; no payloads. */
  readonly details?: object | undefined
}

/** What somebody has done, as the log of activities has it. */
export interface Activity extends Deed {
  readonly id: string
  readonly at: Date
  /** Undefined while it is being done, or when nobody knows. */
  readonly outcome: 'done' | 'failed' | undefined
  /** What came of it: counts, or an error. */
  readonly answer: object | undefined
}
