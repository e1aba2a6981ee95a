import type { Executor, Row } from '../../framework/executor.ts'
import { compareIds } from '../id.ts'
import { CLAIMED_COLUMNS, CLAIMED_WIDTH, type ClaimedJob, claimedJob } from './claimed-job.ts'
import { plainArray, statement } from './statement.ts'

/** A place in a lane. */
export interface Position {
  readonly priority: number
  /** Milliseconds since 1970. */
  readonly runAt: number
  readonly id: string
}

/** In front of all jobs. */
const BEGINNING: Position = { priority: -32_768, runAt: Number.NEGATIVE_INFINITY, id: '0' }

export interface ClaimRequest {
  /** Random and new for each call: whoever holds it owns the jobs. */
  readonly claim: string
  readonly worker: string
  readonly lanes: readonly number[]
  /** At most so many from each lane. */
  readonly limit: number
  /** Where to begin in a lane; those it has not begin at the beginning. */
  readonly from?: ReadonlyMap<number, Position> | undefined
}

export interface Claimed {
  /** In no order. */
  readonly jobs: readonly ClaimedJob[]
  /** The last one of each lane that gave any. */
  readonly ends: ReadonlyMap<number, Position>
}

/**
 * Promises: the returned jobs are the first of each lane by (priority, run_at, id), though not told in that order,
 * and this worker's and nobody else's. Deleting the narrow ready row is the claim; one claim row for the batch says whose they are.
 * A claim of a worker that was declared dead fails with 23503: the foreign key ties claims to living workers.
 * It begins where it is told: what was claimed before stays in the index until vacuum may take it away.
 * Indexes: ready_order to find, a tid scan to delete, primary key of job to read, one scan for all ids.
 * Locks: the ready rows it deletes; rows that others are deleting are skipped. Key-share on the worker's row.
 */
const CLAIM = statement(
  'claim',
  `
with taken as materialized (
  delete from background.ready
   where ctid = any (array(
     select r.tid from unnest($3::int[], $5::smallint[], $6::float8[], $7::bigint[]) as l (lane, priority, run_at, id)
      cross join lateral (
        select ctid as tid from background.ready
         where lane = l.lane and (priority, run_at, id) >= (l.priority, to_timestamp(l.run_at / 1000), l.id)
         order by priority, run_at, id limit $4 for update skip locked) r))
  returning id),
claimed as (
  insert into background.claim (id, worker_id, ids)
  select $1, $2, array_agg(id) from taken having count(*) > 0)
select ${CLAIMED_COLUMNS}, nullif(j.lane, 0)
  from background.job j where j.id = any (array(select id from taken))
`,
)

/** Takes due jobs that have no queue. */
export async function claim(db: Executor, request: ClaimRequest): Promise<Claimed> {
  const { claim, worker, lanes, limit, from } = request
  const starts = lanes.map(lane => from?.get(lane) ?? BEGINNING)
  const rows = await db.run(CLAIM, [
    claim,
    worker,
    plainArray(lanes),
    limit,
    plainArray(starts.map(start => start.priority)),
    plainArray(starts.map(start => start.runAt)),
    plainArray(starts.map(start => start.id)),
  ])
  return claimed(claim, rows)
}

function claimed(claim: string, rows: readonly Row[]): Claimed {
  const ends = new Map<number, Position>()
  const jobs = rows.map(row => {
    const job = claimedJob(claim, row)
    const lane = Number(row[CLAIMED_WIDTH] ?? 0)
    const end = ends.get(lane)
    if (!end || isBefore(end, job)) ends.set(lane, job)
    return job
  })
  return { jobs, ends }
}

/** Whether `a` comes before `b` in its lane. */
export function isBefore(a: Position, b: Position): boolean {
  if (a.priority !== b.priority) return a.priority < b.priority
  if (a.runAt !== b.runAt) return a.runAt < b.runAt
  return compareIds(a.id, b.id) < 0
}
