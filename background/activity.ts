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

/** How something ended; stopped: somebody has stopped it before its end. */
export type ActivityOutcome = 'done' | 'failed' | 'stopped'

/** What somebody has done, as the log of activities has it. */
export interface Activity extends Deed {
  readonly id: string
  readonly at: Date
  /** Undefined while it is being done, or when nobody knows. */
  readonly outcome: ActivityOutcome | undefined
  /** When whoever does it last said how far it is; undefined for what is done at once. */
  readonly toldAt: Date | undefined
  /** What came of it: counts, or an error. */
  readonly answer: object | undefined
}
