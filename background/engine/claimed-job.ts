import type { Row } from '../../framework/executor.ts'
import { MAX_ATTEMPTS } from '../job.ts'

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

/**
 * The columns that every claiming statement returns, in the order {@link claimedJob} reads them. What is as for most
 * jobs is null: it costs nothing to write, to send and to read.
 */
export const CLAIMED_COLUMNS = `
j.id, j.task, j.queue, j.payload, date_part('epoch', j.run_at) * 1000, date_part('epoch', nullif(j.created_at, j.run_at)) * 1000,
(date_part('epoch', now() - j.run_at) * 1000)::bigint, nullif(j.priority, 0), nullif(j.attempt, 0),
nullif(j.max_attempts, ${MAX_ATTEMPTS}), nullif(j.crashes, 0), array_to_json(j.flags)`

/** How many columns those are: whatever else a statement returns comes behind them. */
export const CLAIMED_WIDTH = 12

const NO_FLAGS: readonly string[] = []

export function claimedJob(claim: string, row: Row): ClaimedJob {
  const runAt = Number(row[4])
  return {
    claim,
    id: row[0] as string,
    task: row[1] as string,
    queue: row[2] ?? undefined,
    payload: row[3] as string,
    runAt,
    createdAt: Number(row[5] ?? runAt),
    waited: Math.max(0, Number(row[6])),
    priority: Number(row[7] ?? 0),
    attempt: Number(row[8] ?? 0) + 1,
    maxAttempts: Number(row[9] ?? MAX_ATTEMPTS),
    crashes: Number(row[10] ?? 0),
    flags: row[11] == null ? NO_FLAGS : JSON.parse(row[11]),
  }
}
