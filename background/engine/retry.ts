import type { Executor } from '../../framework/executor.ts'
import { MAX_ATTEMPTS } from '../job.ts'
import { probe } from './probe.ts'
import { type Answer, answersOfTaking, standings } from './standing.ts'
import { plainArray, statement } from './statement.ts'
import { waiting } from './taken-back.ts'

/**
 * Promises: a job that waits for its time is due; one that has finished leaves history and waits again, due, under
 * its old id, with all its attempts ahead. It has its key back unless another job has that by now or is just
 * getting it. One that is due already stays where it stands. A completed one stays in its claim until that is closed, and
 * leaves it here: it is nobody's now.
 * Indexes: primary keys of job, deferred, job_key, cancellation and last_attempt; finished_id; ready_order and member's key for
 * the new rows.
 * Locks: the deferred rows, the bodies and the history rows, and the claims that these were in; those rows of
 * deferred and history that are in use are passed over. Tries for the advisory locks of keys, and waits for nobody who holds
 * one: not for another who was bringing the same job back either, whose row would be free an instant before its key is.
 */
const RETRY = statement(
  'retry',
  `
with asked as materialized (
  select j.id, j.run_at from unnest($1::bigint[]) as a (id) join background.job j on ${probe('j.id', 'a.id')}),
running as materialized (
  select id from asked where id in (select unnest(ids) from background.claim)),
hurried as materialized (
  delete from background.deferred
   where ctid = any (array(
     select d.ctid from asked a join background.deferred d on ${probe('d.run_at', 'a.run_at')} and d.id = a.id
        for update of d skip locked))
  returning id),
due as (
  update background.job j set run_at = least(j.run_at, now()) from hurried h where ${probe('j.id', 'h.id')}
  returning j.id, j.queue, j.lane, j.priority, j.run_at),
revived as materialized (
  delete from background.finished
   where id = any (array(select h.id from background.finished h where h.id = any ($1::bigint[]) for update of h skip locked))
  returning *),
left_claim as (
  update background.claim c set ids = array(select i from unnest(c.ids) i where i <> all (array(select id from revived)))
   where c.ids && array(select id from revived)),
torn_up as (
  delete from background.cancellation where job_id in (select id from revived)),
unended as (
  delete from background.last_attempt where job_id in (select id from revived)),
keyed as (
  insert into background.job_key (key, job_id)
  select key, id from revived
   where key is not null and pg_try_advisory_xact_lock(hashtext('background.job_key'), hashtext(key))
  on conflict (key) do nothing
  returning job_id),
stored as (
  insert into background.job (id, run_at, created_at, priority, max_attempts, lane, task, queue, key, tags, flags, payload, error, logs)
  select id, now(), created_at, priority, coalesce(max_attempts, ${MAX_ATTEMPTS}), background.lane_for(task, flags), task, queue,
         case when id in (select job_id from keyed) then key end, tags, flags, payload, error, logs
    from revived
  returning id, queue, lane, priority, run_at),
again as materialized (
  select * from due union all select * from stored),
${waiting('again')}
${standings(`
  g.id in (select id from again)
  or g.id in (select id from asked where run_at <= now()) and g.id not in (select id from running)`)}`,
)

/** Makes jobs due that wait for their time or have finished. */
export async function retryJobs(db: Executor, ids: readonly string[]): Promise<Answer[]> {
  return answersOfTaking(await db.run(RETRY, [plainArray(ids)]))
}
