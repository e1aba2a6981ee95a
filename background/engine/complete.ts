import type { Call, Row } from '../../framework/executor.ts'
import { compareIds } from '../id.ts'
import { type Closing, closing, closingValues } from './closing.ts'
import { withLog } from './logs.ts'
import { plainArray, statement, textArray } from './statement.ts'
import { unlocked } from './unlocked.ts'

/** A job whose task returned. */
export interface Completion {
  readonly claim: string
  readonly id: string
  /** How long the task ran, in milliseconds. */
  readonly ms: number
  /** How long to keep it in history, in seconds; 0 keeps nothing. */
  readonly keep: number
  /** What the task returned, as JSON text. */
  readonly result?: string | undefined
  /** What the attempt has logged, as JSON text. */
  readonly log?: string | undefined
}

/** Where a job stands in the arrays about jobs, which are in the order of their ids. */
const PLACE = 'width_bucket(j.id, $4::bigint[])'

/**
 * Promises: a job is completed only by the worker that owns it, proven by its claim; what is returned was
 * not, because it had been taken away. Bodies go, history rows come, keys are free again, all or nothing. Running it
 * twice does nothing the second time: the bodies are gone.
 * A job names its claim by the place it has in $1, if there are several, and has to be in it: one that was brought back
 * from history has left it. That is looked up in a hash, for which "is true" keeps the planner from a join (which took
 * 30 µs for each of 900 jobs); so it takes 1 µs of some 13, and not a byte of log. How long to keep them is said once when it is
 * the same for all. What is said of a job is found by its place in $4, ids in ascending order: joining them would cost
 * a third of the statement.
 * Indexes: primary key of job, one scan for all ids; primary keys of claim and job_key; slot's key.
 * Locks: key-share on the claims, which holds off a rescue until this is decided; the bodies it deletes.
 */
const COMPLETE = statement(
  'complete',
  `
with mine as materialized (
  select id, ids from background.claim where id = any ($1::bigint[]) and worker_id = $2 for key share),
done as (
  delete from background.job j
   where j.id = any ($4::bigint[])
     and ((j.id, ($1::bigint[])[coalesce(($3::smallint[])[${PLACE}], 1)]) in (select unnest(ids), id from mine)) is true
  returning j.*, ($5::int[])[${PLACE}] as ms, coalesce(($6::float8[])[${PLACE}], $7::float8) as keep,
            ($8::json[])[${PLACE}] as result, ($9::json[])[${PLACE}] as log),
${unlocked('done')},
kept as (
  insert into background.finished
         (id, finished_at, expires_at, created_at, run_at, ms, priority, attempt, max_attempts, state, task, queue, key, tags, flags, payload, result, logs)
  select id, now(), now() + keep * interval '1 second', created_at, run_at, ms, priority, attempt + 1, max_attempts, 1,
         task, queue, key, tags, flags, payload, result, ${withLog('logs', 'log')}
    from done where keep > 0),
${closing(10)}
select id from unnest($4::bigint[]) as told (id)
 where (select count(*) from done) < cardinality($4::bigint[]) and id not in (select id from done)
`,
)

const LONGEST_MS = 2_147_483_647

/** The call that completes `jobs`; its rows are the ids that were not ours any more. */
export function complete(worker: string, jobs: readonly Completion[], end: Closing): Call {
  const sorted = [...jobs].sort((a, b) => compareIds(a.id, b.id))
  const claims = [...new Set(sorted.map(job => job.claim))]
  const numbers = new Map(claims.map((claim, index) => [claim, index + 1]))
  const keep = sorted[0]?.keep ?? 0
  const keepAlike = sorted.every(job => job.keep === keep)
  return [
    COMPLETE,
    [
      plainArray(claims),
      worker,
      claims.length === 1 ? '{}' : plainArray(sorted.map(job => numbers.get(job.claim) as number)),
      plainArray(sorted.map(job => job.id)),
      plainArray(sorted.map(job => Math.min(Math.round(job.ms), LONGEST_MS))),
      keepAlike ? '{}' : plainArray(sorted.map(job => job.keep)),
      keep,
      jsonArray(sorted.map(job => (job.result === 'null' ? undefined : job.result))),
      jsonArray(sorted.map(job => job.log)),
      ...closingValues(end),
    ],
  ]
}

/** A PostgreSQL array of JSON texts; an empty one when there are none. */
function jsonArray(texts: readonly (string | undefined)[]): string {
  return texts.some(text => text !== undefined) ? textArray(texts.map(text => text ?? null)) : '{}'
}

export function idsOf(rows: readonly Row[]): string[] {
  return rows.map(row => row[0] as string)
}
