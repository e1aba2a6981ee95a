import type { Executor } from '../../framework/executor.ts'
import { FINISHED_RECORDS, type JobRecord, jobRecord, UNFINISHED_RECORDS } from './job-record.ts'
import { statement } from './statement.ts'

/**
 * Promises nothing beyond what it reads: the job as it stands, unfinished or kept in history.
 * Indexes: primary keys of job, job_key and cancellation, finished_id in each partition; reads claim, which has
 * few rows. Locks: none.
 */
const FIND = statement(
  'find',
  `${UNFINISHED_RECORDS} where j.id = $1 union all ${FINISHED_RECORDS} where h.id = $1`,
)

/** The job with this id; undefined when there is none or it is no longer kept. */
export async function find(db: Executor, id: string): Promise<JobRecord | undefined> {
  const [row] = await db.run(FIND, [id])
  return row && jobRecord(row)
}
