import type { Executor } from '../../framework/executor.ts'
import { probe } from './probe.ts'
import { type Answer, answersOfTaking, standings } from './standing.ts'
import { plainArray, statement } from './statement.ts'
import { TAKEN_BACK } from './taken-back.ts'
import { unlocked } from './unlocked.ts'

/**
 * Promises: nothing is left of a job that waited or had finished; its key is free.
 * Indexes: those of TAKEN_BACK; primary key of job_key; finished_id.
 * Locks: the waiting rows, the bodies and the history rows it deletes; waiting rows in use are passed over.
 */
const REMOVE = statement(
  'remove',
  `
with ${TAKEN_BACK},
ended as (
  delete from background.job j using taken t where ${probe('j.id', 't.id')} returning j.id, j.key),
${unlocked('ended')},
forgotten as materialized (
  delete from background.finished where id = any ($1::bigint[]) returning id)
${standings('g.id in (select id from taken) or g.id in (select id from forgotten)')}`,
)

/** Deletes what waits or has finished. */
export async function removeJobs(db: Executor, ids: readonly string[]): Promise<Answer[]> {
  return answersOfTaking(await db.run(REMOVE, [plainArray(ids)]))
}
