import type { Executor } from '../../framework/executor.ts'
import { statement } from './statement.ts'

/** The channel on which workers listen. */
export const CHANNEL = 'background'

/** The channel on which those listen who wait for the end of a job. */
export const DONE_CHANNEL = 'background_done'

/**
 * Promises: workers that listen hear of it once this is committed; losing it costs at most a polling interval.
 * A NOTIFY takes a cluster-wide lock until its commit is on disk, so it has a transaction of its own that
 * does not wait for the disk. Locks: that one, for microseconds.
 */
const RING = statement(
  'ring',
  `
select pg_notify('${CHANNEL}', $1) from (select set_config('synchronous_commit', 'off', true)) durability
`,
)

/** Promises, costs and locks as RING does: those who wait look whether it was their job that ended. */
const RING_DONE = statement(
  'ring_done',
  `
select pg_notify('${DONE_CHANNEL}', '') from (select set_config('synchronous_commit', 'off', true)) durability
`,
)

/**
 * Wakes the workers: there is something to do. `what` says of which kinds, so that they need not look everywhere:
 * any of `free`, `queued`, `later`; or `lanes`; empty when it is not known; or `waits`: somebody waits for the end of a job.
 */
export async function ring(db: Executor, what = ''): Promise<void> {
  await db.run(RING, [what])
}

/** Tells those who wait for the end of a job that some have ended. */
export async function ringDone(db: Executor): Promise<void> {
  await db.run(RING_DONE, [])
}
