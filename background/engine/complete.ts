import type { Call, Row } from '../../framework/executor.ts'
import { type Closing, closing, closingValues } from './closing.ts'
import { withLog } from './logs.ts'
import { plainArray, statement } from './statement.ts'
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

/** What an attempt has logged; the array has null for one that has not. */
const LOG = `(case when e.log::text <> 'null' then e.log end)`

/**
 * Promises: a job is completed only by the worker that owns it, proven by its claim; what is returned was
 * not, because it had been taken away. Bodies go, history rows come, keys are free again, all or nothing. Running it
 * twice does nothing the second time: the bodies are gone.
 * A job names its claim by the place it has in $1, if there are several. How long to keep them is said once when it is
 * the same for all.
 * Indexes: primary keys of claim, job, job_key; slot's key.
 * Locks: key-share on the claims, which holds off a rescue until this is decided; the bodies it deletes.
 * There are two of it: jobs that have logged nothing, which are most, must not pay for those that have.
 */
const completion = (hasLogs: boolean) =>
  statement(
    hasLogs ? 'complete_logged' : 'complete',
    `
with mine as materialized (
  select id from background.claim where id = any ($1::bigint[]) and worker_id = $2 for key share),
ended as (
  select e.id, ($1::bigint[])[coalesce(e.claim, 1)] as claim_id, e.ms, coalesce(e.keep, $7::float8) as keep, e.result${hasLogs ? ', e.log' : ''}
    from rows from (
      unnest($3::smallint[]), unnest($4::bigint[]), unnest($5::int[]), unnest($6::float8[]), json_array_elements($8::json)${hasLogs ? ', json_array_elements($9::json)' : ''}
    ) as e (claim, id, ms, keep, result${hasLogs ? ', log' : ''})),
done as (
  delete from background.job j using ended e
   where j.id = e.id and e.claim_id in (select id from mine)
  returning j.*, e.ms, e.keep, e.result, ${hasLogs ? withLog('j.logs', LOG) : 'j.logs'} as all_logs),
${unlocked('done')},
kept as (
  insert into background.finished
         (id, finished_at, expires_at, created_at, run_at, ms, priority, attempt, max_attempts, state, task, queue, key, tags, flags, payload, result, logs)
  select id, now(), now() + keep * interval '1 second', created_at, run_at, ms, priority, attempt + 1, max_attempts, 1,
         task, queue, key, tags, flags, payload, case when result::text <> 'null' then result end, all_logs
    from done where keep > 0),
${closing(hasLogs ? 10 : 9)}
select id from unnest($4::bigint[]) as told (id) where id not in (select id from done)
`,
  )

const COMPLETE = completion(false)
const COMPLETE_LOGGED = completion(true)

const LONGEST_MS = 2_147_483_647

/** The call that completes `jobs`; its rows are the ids that were not ours any more. */
export function complete(worker: string, jobs: readonly Completion[], end: Closing): Call {
  const claims = [...new Set(jobs.map(job => job.claim))]
  const numbers = new Map(claims.map((claim, index) => [claim, index + 1]))
  const keep = jobs[0]?.keep ?? 0
  const keepAlike = jobs.every(job => job.keep === keep)
  const hasResults = jobs.some(job => job.result !== undefined)
  const hasLogs = jobs.some(job => job.log !== undefined)
  return [
    hasLogs ? COMPLETE_LOGGED : COMPLETE,
    [
      plainArray(claims),
      worker,
      claims.length === 1 ? '{}' : plainArray(jobs.map(job => numbers.get(job.claim) as number)),
      plainArray(jobs.map(job => job.id)),
      plainArray(jobs.map(job => Math.min(Math.round(job.ms), LONGEST_MS))),
      keepAlike ? '{}' : plainArray(jobs.map(job => job.keep)),
      keep,
      hasResults ? `[${jobs.map(job => job.result ?? 'null').join()}]` : '[]',
      ...(hasLogs ? [`[${jobs.map(job => job.log ?? 'null').join()}]`] : []),
      ...closingValues(end),
    ],
  ]
}

export function idsOf(rows: readonly Row[]): string[] {
  return rows.map(row => row[0] as string)
}
