import type { Executor } from '../../framework/executor.ts'
import type { Retention } from '../registry.ts'
import { probe } from './probe.ts'
import { keepOf, retentionValues } from './retention.ts'
import { type Answer, answersOfTaking, standings } from './standing.ts'
import { plainArray, statement } from './statement.ts'
import { TAKEN_BACK } from './taken-back.ts'
import { unlocked } from './unlocked.ts'

/** What is written over that a job was about, in the order of NOTHING. */
const CONTENT = 'key, tags, payload, result, error, logs'
const NOTHING = `null::text, null::text[], '{}'::json, null::json, case when state <> 1 then '{"name":"Forgotten","message":"forgotten"}'::json end, null::json`
const FRAME =
  'id, finished_at, expires_at, created_at, run_at, ms, priority, attempt, max_attempts, state, task, queue, flags'

/**
 * Promises: of a job that waited or had finished stays that there was one: its id, times, task, queue and how it ended.
 * Its payload, result, error, logs, key and tags are gone. One that waited is cancelled, because it has nothing left to
 * work on; one that runs is left alone. Doing it twice does nothing the second time.
 * Indexes: those of TAKEN_BACK; primary key of job_key; finished_id.
 * Locks: the waiting rows, the bodies and the history rows; waiting rows in use are passed over.
 */
const FORGET = statement(
  'forget',
  `
with ${TAKEN_BACK},
ended as (
  delete from background.job j using taken t where ${probe('j.id', 't.id')} returning j.*),
${unlocked('ended')},
old as materialized (
  delete from background.finished where id = any ($1::bigint[]) returning *),
kept as (
  insert into background.finished (${FRAME}, ${CONTENT})
  select ${FRAME}, ${NOTHING} from old
   union all
  select id, now(), now() + keep * interval '1 second', created_at, run_at, null, priority, attempt, max_attempts, state, task, queue, flags, ${NOTHING}
    from (select e.*, 2::smallint as state, ${keepOf('e.task', 2)} as keep from ended e) e where keep > 0)
${standings('g.id in (select id from taken) or g.id in (select id from old)')}`,
)

/** Writes over what waits or has finished. */
export async function forgetJobs(
  db: Executor,
  ids: readonly string[],
  retention: Retention,
): Promise<Answer[]> {
  return answersOfTaking(await db.run(FORGET, [plainArray(ids), ...retentionValues(retention)]))
}
