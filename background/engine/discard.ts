import type { Executor } from '../../framework/executor.ts'
import type { Retention } from '../registry.ts'
import { probe } from './probe.ts'
import { keepOf, retentionValues } from './retention.ts'
import { type Answer, answersOf, standings } from './standing.ts'
import { plainArray, statement } from './statement.ts'
import { TAKEN_BACK } from './taken-back.ts'
import { unlocked } from './unlocked.ts'

/** Without its own cause: a job may be discarded and brought back any number of times. */
const LAST_ERROR = `
case when error is not null then json_build_object('name', error -> 'name', 'message', error -> 'message', 'stack', error -> 'stack') end`

/**
 * Promises: a job that waits is discarded, in history and free of its key, and no worker gets it. Its last error
 * becomes the cause.
 * Indexes: those of TAKEN_BACK; primary key of job_key; finished_id.
 * Locks: the waiting rows and the bodies it deletes; waiting rows in use are passed over.
 */
const DISCARD = statement(
  'discard',
  `
with ${TAKEN_BACK},
ended as (
  delete from background.job j using taken t where ${probe('j.id', 't.id')} returning j.*),
${unlocked('ended')},
kept as (
  insert into background.finished
         (id, finished_at, expires_at, created_at, run_at, priority, attempt, max_attempts, state, task, queue, key, tags, flags, payload, logs, error)
  select id, now(), now() + keep * interval '1 second', created_at, run_at, priority, attempt, max_attempts, 3, task, queue, key, tags, flags, payload, logs,
         json_strip_nulls(json_build_object('name', 'DiscardJob', 'message', $2::text, 'cause', ${LAST_ERROR}))
    from (select e.*, ${keepOf('e.task', 3)} as keep from ended e) e where keep > 0)
${standings('g.id in (select id from taken)')}`,
)

/** Discards what waits. */
export async function discardJobs(
  db: Executor,
  ids: readonly string[],
  reason: string,
  retention: Retention,
): Promise<Answer[]> {
  return answersOf(await db.run(DISCARD, [plainArray(ids), reason, ...retentionValues(retention)]))
}
