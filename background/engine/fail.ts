import type { Call } from '../../framework/executor.ts'
import { type Closing, closing, closingValues } from './closing.ts'
import { withLog } from './logs.ts'
import { MAY_RETURN } from './may-return.ts'
import { probe } from './probe.ts'
import { CRASHES_BEFORE_TRIAL } from './rescue.ts'
import { plainArray, statement } from './statement.ts'
import { unlocked } from './unlocked.ts'

/** A job whose attempt did not complete it: it comes again, or ends in `state`. */
export interface Failure {
  readonly claim: string
  readonly id: string
  readonly ms: number
  /** Milliseconds to the next attempt, or its time; null ends the job. */
  readonly again: number | Date | null
  /** Where it ends when `again` is null. */
  readonly state: 'cancelled' | 'discarded'
  /** Whether this attempt counts; a snooze does not. */
  readonly counts: boolean
  /** JSON text of what the attempt has logged; undefined when nothing. */
  readonly log?: string | undefined
  /** JSON text of the error; null leaves the last one. */
  readonly error: string | null
  /** Which items of its payload stay, counted from 1; undefined: the payload as it is. */
  readonly items?: readonly number[] | undefined
  /** How long to keep an ended job in history, in seconds; 0 keeps nothing. */
  readonly keep: number
}

/**
 * Promises: only the owner of a claim decides, and only once: a job leaves its claim with this statement, so
 * that repeating it finds nothing. A retry waits in deferred; an ended job goes to history and frees its key.
 * One that may not return ends with this attempt, also when the transaction that sees to it is open in this instant: then
 * promote finds out.
 * Indexes: primary keys of claim, job, job_key, last_attempt; slot's key.
 * Locks: the claims and the bodies, for update.
 */
const FAIL = statement(
  'fail',
  `
with mine as materialized (
  select id, ids from background.claim where id = any ($1::bigint[]) and worker_id = $2 for update),
told as materialized (
  select * from json_to_recordset($3::json) as f
         (claim bigint, id bigint, ms float8, again float8, at timestamptz, state smallint, counts smallint, error json, items int[], keep float8, log json)),
failed as materialized (
  select f.*, (f.again is not null or f.at is not null) and
         (select ${MAY_RETURN} from background.job j where j.id = f.id) as returns
    from told f join mine on mine.id = f.claim and f.id = any (mine.ids)),
again as (
  update background.job j
     set attempt = j.attempt + f.counts, error = coalesce(f.error, j.error), payload = background.some_items(j.payload, f.items),
         logs = ${withLog('j.logs', 'f.log')},
         crashes = least(j.crashes, ${CRASHES_BEFORE_TRIAL}),
         run_at = coalesce(f.at, clock_timestamp() + f.again * interval '1 millisecond')
    from failed f where ${probe('j.id', 'f.id')} and f.returns
  returning j.id, j.run_at),
waiting as (
  insert into background.deferred (run_at, id) select run_at, id from again),
ended as (
  delete from background.job j using failed f where ${probe('j.id', 'f.id')} and not f.returns
  returning j.*, f.ms, f.keep, f.state, f.counts, coalesce(f.error, j.error) as last_error, background.some_items(j.payload, f.items) as left_over,
            ${withLog('j.logs', 'f.log')} as all_logs),
${unlocked('ended')},
kept as (
  insert into background.finished
         (id, finished_at, expires_at, created_at, run_at, ms, priority, attempt, max_attempts, state, task, queue, key, tags, flags, payload, error, logs)
  select id, now(), now() + keep * interval '1 second', created_at, run_at, least(ms, 2147483647), priority, attempt + counts, max_attempts, state,
         task, queue, key, tags, flags, left_over, last_error, all_logs
    from ended where keep > 0),
left_claim as (
  update background.claim c
     set ids = array(select i from unnest(c.ids) i where i <> all (array(select id from failed)))
    from mine where ${probe('c.id', 'mine.id')} and c.id <> all ($4::bigint[])),
${closing(4)}
select id from told where id not in (select id from failed)
`,
)

const STATE = { cancelled: 2, discarded: 3 } as const

/** The call that fails `jobs`; its rows are the ids that were not ours any more. */
export function fail(worker: string, jobs: readonly Failure[], end: Closing): Call {
  return [
    FAIL,
    [
      plainArray([...new Set(jobs.map(job => job.claim))]),
      worker,
      `[${jobs.map(record).join()}]`,
      ...closingValues(end),
    ],
  ]
}

function record({ claim, id, ms, again, state, counts, error, items, keep, log }: Failure): string {
  const next = again instanceof Date ? `"at":"${again.toISOString()}"` : `"again":${again}`
  return `{"claim":${claim},"id":${id},"ms":${ms},${next},"state":${STATE[state]},"counts":${counts ? 1 : 0},"error":${error},"items":${items ? `[${items}]` : null},"keep":${keep},"log":${log ?? null}}`
}
