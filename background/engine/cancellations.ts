import type { Executor } from '../../framework/executor.ts'
import { statement } from './statement.ts'

/** A running job that is to be cancelled. */
export interface Cancellation {
  readonly id: string
  readonly reason: string
}

/** Promises nothing beyond what it reads: all notes, which are few. Locks: none. */
const CANCELLATIONS = statement(
  'cancellations',
  `select job_id, coalesce(reason, 'cancelled by hand') from background.cancellation order by job_id limit 1000`,
)

/** The running jobs, of all workers, that are to be cancelled. */
export async function cancellations(db: Executor): Promise<Cancellation[]> {
  const rows = await db.run(CANCELLATIONS, [])
  return rows.map(([id, reason]) => ({ id: id as string, reason: reason as string }))
}
