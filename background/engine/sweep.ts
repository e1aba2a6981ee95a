import type { Executor } from '../../framework/executor.ts'
import { probe } from './probe.ts'
import { statement } from './statement.ts'

/**
 * Promises: settings of queues that say nothing but the default are gone, and notes about jobs that have ended.
 * Indexes: primary keys; reads all of queue, cancellation and last_attempt, which have few rows. Locks: the rows it deletes.
 */
const SWEEP = statement(
  'sweep',
  `
with queues as (
  delete from background.queue where concurrency = 1 and paused_at is null returning name),
notes as (
  delete from background.cancellation c
   where not exists (select from background.job j where ${probe('j.id', 'c.job_id')})),
ends as (
  delete from background.last_attempt l
   where not exists (select from background.job j where ${probe('j.id', 'l.job_id')}))
select count(*) from queues
`,
)

/** Deletes what nobody needs any more, apart from history; answers how many queues have no settings now. */
export async function sweep(db: Executor): Promise<number> {
  const [row] = await db.run(SWEEP, [])
  return Number(row?.[0] ?? 0)
}

/** Promises nothing beyond what it reads: the settings that {@link SWEEP} would delete. Reads all of queue. Locks: none. */
const IDLE = statement(
  'idle_settings',
  `select count(*) from background.queue where concurrency = 1 and paused_at is null`,
)

/** How many queues have settings that say nothing. */
export async function countIdleSettings(db: Executor): Promise<number> {
  const [row] = await db.run(IDLE, [])
  return Number(row?.[0] ?? 0)
}
