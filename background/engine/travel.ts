import type { Executor } from '../../framework/executor.ts'
import { statement } from './statement.ts'

/**
 * Promises: every job that has not finished was scheduled, and is due, that much earlier, and so is where it waits; which
 * is what it would look like after that time. For tests only: it rewrites every job.
 * Locks: all waiting rows and bodies.
 */
const TRAVEL = statement(
  'travel',
  `
with passed as (
  select $1::float8 * interval '1 millisecond' as time),
jobs as (
  update background.job j set run_at = j.run_at - p.time, created_at = j.created_at - p.time from passed p),
later as (
  update background.deferred d set run_at = d.run_at - p.time from passed p),
queued as (
  update background.member m set run_at = m.run_at - p.time from passed p)
update background.ready r set run_at = r.run_at - p.time from passed p
`,
)

/** Promises: what the database's clock shows, in milliseconds since 1970. Locks: nothing. */
const SERVER_TIME = statement('server_time', 'select extract(epoch from clock_timestamp()) * 1000')

export async function serverTime(db: Executor): Promise<number> {
  const [row] = await db.run(SERVER_TIME, [])
  return Number(row?.[0])
}

/** Makes it `ms` milliseconds later for all jobs that have not finished. */
export async function travel(db: Executor, ms: number): Promise<void> {
  await db.run(TRAVEL, [ms])
}
