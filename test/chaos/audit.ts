/** What the database says when a run is over. */
export interface Audit {
  /** Jobs that are not finished. */
  readonly left: readonly { readonly uid: string; readonly state: string }[]
  readonly finished: readonly FinishedRow[]
  /** The ticks for which there are jobs, one entry for each job: milliseconds since 1970. */
  readonly ticks: readonly number[]
  /** When the throttled jobs were scheduled, likewise. */
  readonly limited: readonly number[]
  /** Uids that the transactions of producers have written beside their jobs. */
  readonly written: readonly string[]
  /** What must be empty by now: claims, slots, workers, rows without a job. */
  readonly leftovers: readonly string[]
}

export interface FinishedRow {
  readonly uid: string
  readonly task: string
  readonly state: 'completed' | 'cancelled' | 'discarded'
  readonly attempt: number
  readonly maxAttempts: number
  /** Why it was discarded. */
  readonly error: string | undefined
}
