/** How the work went in a stretch of time, as workers have told it. */
export interface Stretch {
  /** When it began. */
  readonly at: Date
  /** Attempts that completed their jobs. */
  readonly completed: number
  /** Attempts that failed and are followed by another. */
  readonly failed: number
  /** Jobs that were discarded or cancelled. */
  readonly ended: number
  /** How long attempts took, in milliseconds: half of them, and 95 of 100, at most so long. */
  readonly p50: number | undefined
  readonly p95: number | undefined
  /** How long jobs that were due waited for half of their attempts to begin, and for 95 of 100. */
  readonly waited50: number | undefined
  readonly waited95: number | undefined
}

/** A number in each: less than 1 ms, less than 2 ms, 4 ms, …; the last has all that is longer. */
export const BUCKETS = 32

/** In which one a duration counts. */
export function bucketOf(ms: number): number {
  return Math.min(BUCKETS - 1, 32 - Math.clz32(Math.min(ms, 2 ** 31)))
}

/** The upper end of the bucket in which the `share` of all durations ends, in milliseconds; undefined when there are none. */
export function quantile(counts: readonly number[], share: number): number | undefined {
  const all = counts.reduce((sum, count) => sum + count, 0)
  if (all === 0) return undefined
  let seen = 0
  const bucket = counts.findIndex(count => {
    seen += count
    return seen >= all * share
  })
  return 2 ** bucket
}
