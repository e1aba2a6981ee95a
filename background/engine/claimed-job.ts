import type { Row } from '../../framework/executor.ts'

/** A job this worker owns until it reports an outcome under `claim`. Values stay text until somebody reads them. */
export interface ClaimedJob {
  readonly claim: string
  readonly id: string
  readonly task: string
  readonly queue: string | undefined
  readonly flags: readonly string[]
  readonly priority: number
  /** When it was due, in milliseconds since 1970, by the database's clock. */
  readonly runAt: number
  /** When it was scheduled, likewise. */
  readonly createdAt: number
  /** For how many milliseconds it had been due when it was claimed, likewise. */
  readonly waited: number
  /** The attempt that runs now, counted from 1. */
  readonly attempt: number
  readonly maxAttempts: number
  /** How often a worker died while it had this job. */
  readonly crashes: number
  readonly payload: string
}

/** The columns that every claiming statement returns, in the order {@link claimedJob} reads them. */
export const CLAIMED_COLUMNS = `
j.id, j.task, j.queue, j.priority, j.attempt + 1, j.max_attempts, j.crashes, j.payload::text,
date_part('epoch', j.run_at) * 1000, date_part('epoch', nullif(j.created_at, j.run_at)) * 1000,
greatest(0, (date_part('epoch', now() - j.run_at) * 1000)::bigint),
array_to_json(j.flags)::text`

/** How many columns those are: whatever else a statement returns comes behind them. */
export const CLAIMED_WIDTH = 12

const NO_FLAGS: readonly string[] = []

/** Most jobs are due when they are scheduled, and then the time is sent only once. */
export function claimedJob(claim: string, row: Row): ClaimedJob {
  const runAt = Number(row[8])
  return {
    claim,
    id: row[0] as string,
    task: row[1] as string,
    queue: row[2] ?? undefined,
    flags: row[11] == null ? NO_FLAGS : JSON.parse(row[11]),
    priority: Number(row[3]),
    attempt: Number(row[4]),
    maxAttempts: Number(row[5]),
    crashes: Number(row[6]),
    payload: row[7] as string,
    runAt,
    createdAt: row[9] == null ? runAt : Number(row[9]),
    waited: Number(row[10]),
  }
}
