import type { JobState } from './job.ts'

/** How everything stands, as far as it can be told cheaply. */
export interface Overview {
  /** By the clock of the database. */
  readonly at: Date
  /** How many jobs are in each state; about 10,000 of a kind are counted, running ones all. */
  readonly states: Readonly<Record<JobState, number>>
  /** Whether there are more than were counted: of jobs that wait, of completed ones. */
  readonly more: { readonly unfinished: boolean; readonly completed: boolean }
  /** For how many milliseconds the job has been due that comes next; undefined when none waits outside of queues. */
  readonly waited: number | undefined
  readonly workers: {
    readonly alive: number
    /** Their leases have ended, and nobody has rescued their jobs so far. */
    readonly lost: number
    readonly slots: number
    readonly taken: number
  }
  /** Since the statistics of the database were reset; the difference of two is what happened between them. */
  readonly totals: { readonly scheduled: number; readonly finished: number }
}

/** How the last jobs of a task went. */
export interface TaskOverview {
  readonly task: string
  readonly completed: number
  readonly cancelled: number
  readonly discarded: number
  /** How long attempts ran, in milliseconds: half of them, 95 and 99 of 100, at most so long. */
  readonly p50: number | undefined
  readonly p95: number | undefined
  readonly p99: number | undefined
}

/** What happened from one overview to the next, per second. */
export function ratesBetween(before: Overview, after: Overview): { scheduled: number; finished: number } {
  const seconds = (after.at.getTime() - before.at.getTime()) / 1_000
  const rate = (total: 'scheduled' | 'finished') =>
    seconds > 0 ? Math.max(0, (after.totals[total] - before.totals[total]) / seconds) : 0
  return { scheduled: rate('scheduled'), finished: rate('finished') }
}
