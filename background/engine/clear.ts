import type { Executor } from '../../framework/executor.ts'
import { statement } from './statement.ts'

/**
 * Promises: there is no job, and nothing is known of one. For tests only.
 * Locks: the tables, exclusively: it waits for everybody who uses them.
 */
const CLEAR = statement(
  'clear',
  `
truncate background.job, background.ready, background.member, background.deferred, background.claim, background.slot,
         background.job_key, background.cancellation, background.last_attempt, background.finished, background.queue
`,
)

/** Removes all jobs, waiting, running and finished, and the settings of queues. */
export async function clear(db: Executor): Promise<void> {
  await db.run(CLEAR, [])
}
