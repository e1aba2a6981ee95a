import type { Executor } from '../../framework/executor.ts'
import type { Retention } from '../registry.ts'
import { probe } from './probe.ts'
import { keepOf, retentionValues } from './retention.ts'
import { type Answer, answersOf, standings } from './standing.ts'
import { plainArray, statement } from './statement.ts'
import { TAKEN_BACK } from './taken-back.ts'
import { unlocked } from './unlocked.ts'

/**
 * Promises: a job that waits is cancelled, in history and free of its key, and no worker gets it; of one that runs
 * it is noted that it is to be cancelled, which its worker hears of soon and obeys. One that waits again when it is
 * asked for next is cancelled for the reason noted first; a note about a job that has ended is torn up.
 * Indexes: those of TAKEN_BACK; primary keys of job_key and cancellation; finished_id.
 * Locks: the waiting rows and the bodies it deletes; waiting rows in use are passed over.
 */
const CANCEL = statement(
  'cancel',
  `
with ${TAKEN_BACK},
ended as (
  delete from background.job j using taken t where ${probe('j.id', 't.id')} returning j.*),
${unlocked('ended')},
kept as (
  insert into background.finished
         (id, finished_at, expires_at, created_at, run_at, priority, attempt, max_attempts, state, task, queue, key, tags, flags, payload, logs, error)
  select id, now(), now() + keep * interval '1 second', created_at, run_at, priority, attempt, max_attempts, 2, task, queue, key, tags, flags, payload, logs,
         json_build_object('name', 'CancelJob', 'message', coalesce(e.noted, $2::text))
    from (select e.*, (select c.reason from background.cancellation c where c.job_id = e.id) as noted, ${keepOf('e.task', 3)} as keep
            from ended e) e where keep > 0),
noted as (
  insert into background.cancellation (job_id, reason) select id, $2 from running on conflict (job_id) do nothing),
torn_up as (
  delete from background.cancellation
   where job_id = any ($1::bigint[])
     and (job_id in (select id from taken) or job_id not in (select id from asked)))
${standings('g.id in (select id from taken)')}`,
)

/** Cancels what waits, and asks for what runs to be cancelled. */
export async function cancelJobs(
  db: Executor,
  ids: readonly string[],
  reason: string,
  retention: Retention,
): Promise<Answer[]> {
  return answersOf(await db.run(CANCEL, [plainArray(ids), reason, ...retentionValues(retention)]))
}
