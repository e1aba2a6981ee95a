import type { Executor } from '../../framework/executor.ts'
import { CLAIMED_COLUMNS, type ClaimedJob, claimedJob } from './claimed-job.ts'
import { plainArray, statement } from './statement.ts'

/** Where the last claim from a lane ended; the next one may start behind it. */
export interface Position {
  readonly priority: number
  readonly runAt: string
  readonly id: string
}

export interface ClaimRequest {
  /** Random and new for each call: whoever holds it owns the jobs. */
  readonly claim: string
  readonly worker: string
  readonly lanes: readonly number[]
  /** At most so many from each lane. */
  readonly limit: number
}

/**
 * Promises: the returned jobs are the first of each lane by (priority, run_at, id), though not told in that order,
 * and this worker's and nobody else's. Deleting the narrow ready row is the claim; one claim row for the batch says whose they are.
 * A claim of a worker that was declared dead fails with 23503: the foreign key ties claims to living workers.
 * Indexes: ready_order to find, a tid scan to delete, primary key of job to read.
 * Locks: the ready rows it deletes; rows that others are deleting are skipped. Key-share on the worker's row.
 */
const CLAIM = statement(
  'claim',
  `
with taken as materialized (
  delete from background.ready
   where ctid = any (array(
     select r.tid from unnest($3::int[]) as l (lane)
      cross join lateral (
        select ctid as tid from background.ready
         where lane = l.lane order by priority, run_at, id limit $4 for update skip locked) r))
  returning id),
claimed as (
  insert into background.claim (id, worker_id, ids)
  select $1, $2, array_agg(id) from taken having count(*) > 0)
select ${CLAIMED_COLUMNS}
  from taken join background.job j on j.id = taken.id
`,
)

/** Takes due jobs that have no queue. */
export async function claim(
  db: Executor,
  { claim, worker, lanes, limit }: ClaimRequest,
): Promise<ClaimedJob[]> {
  const rows = await db.run(CLAIM, [claim, worker, plainArray(lanes), limit])
  return rows.map(row => claimedJob(claim, row))
}
