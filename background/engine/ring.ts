import type { Executor } from '../../framework/connection.ts'
import { statement } from './statement.ts'

/** The channel on which workers listen. */
export const CHANNEL = 'background'

/**
 * Promises: workers that listen hear of it once this is committed; losing it costs at most a polling interval.
 * A NOTIFY takes a cluster-wide lock until its commit is on disk, so it has a transaction of its own that
 * does not wait for the disk. Locks: that one, for microseconds.
 */
const RING = statement(
  'ring',
  `
select pg_notify('${CHANNEL}', '') from (select set_config('synchronous_commit', 'off', true)) durability
`,
)

/** Wakes the workers: there is something to do. */
export async function ring(db: Executor): Promise<void> {
  await db.run(RING, [])
}

/**
 * Promises: workers hear of it exactly if the surrounding transaction commits. For transactions whose commit is
 * not ours to see; those pay with the lock that {@link ring} avoids.
 */
const RING_ON_COMMIT = statement('ring_on_commit', `select pg_notify('${CHANNEL}', '')`)

export async function ringOnCommit(db: Executor): Promise<void> {
  await db.run(RING_ON_COMMIT, [])
}
