import type { Executor } from '../../framework/connection.ts'
import { statement } from './statement.ts'
import { unlocked } from './unlocked.ts'

/** Deaths of workers after which a job runs alone, so that the next one tells whether it is to blame. */
export const CRASHES_BEFORE_SOLO = 3

export interface Rescued {
  readonly id: string
  /** Discarded: it ran alone and its worker died again. */
  readonly discarded: boolean
}

/**
 * Promises: the jobs of a worker whose lease ran out wait again where they stood, each exactly once, however many
 * workers rescue. A crash is not an attempt. A job that had brought down workers before and was all that this
 * one had left is discarded; beside others nobody knows which one it was.
 * Deleting the claim row is what takes the jobs away: reports of the lost worker find nothing.
 * Indexes: slot_claim; primary keys of worker, claim, job, job_key. Reads all of worker and claim, which have few rows.
 * Locks: worker and claim rows, skipping those in use: a worker that is claiming or reporting is left for next time.
 */
const RESCUE = statement(
  'rescue',
  `
with dead as materialized (
  select id from background.worker where lease_until < clock_timestamp() order by id limit 10 for update skip locked),
free_claims as materialized (
  select c.id, c.worker_id, c.ids from background.claim c join dead on dead.id = c.worker_id for update of c skip locked),
in_use as materialized (
  select distinct c.worker_id from background.claim c join dead on dead.id = c.worker_id
   where c.id <> all (array(select id from free_claims))),
lost as materialized (
  select * from free_claims where worker_id <> all (array(select worker_id from in_use))),
taken_away as (
  delete from background.claim where id = any (array(select id from lost))),
freed as (
  delete from background.slot where claim_id = any (array(select id from lost))),
buried as (
  delete from background.worker
   where id = any (array(select id from dead)) and id <> all (array(select worker_id from in_use))),
held as materialized (
  select j.id, j.crashes >= ${CRASHES_BEFORE_SOLO} and count(*) over (partition by l.worker_id) = 1 as deadly
    from (select worker_id, unnest(ids) as id from lost) l join background.job j on j.id = l.id),
back as (
  update background.job j set crashes = j.crashes + 1
    from held h where j.id = h.id and not h.deadly
  returning j.id, j.task, j.queue, j.priority, j.run_at),
free as (
  insert into background.ready (lane, priority, run_at, id)
  select coalesce(t.lane, 0), b.priority, b.run_at, b.id
    from back b left join background.task t on t.name = b.task where b.queue is null),
queued as (
  insert into background.member (queue, priority, run_at, id)
  select queue, priority, run_at, id from back where queue is not null),
killers as (
  delete from background.job j using held h where j.id = h.id and h.deadly returning j.*),
${unlocked('killers')},
kept as (
  insert into background.finished
         (id, finished_at, expires_at, created_at, run_at, priority, attempt, max_attempts, state, task, queue, key, tags, payload, error)
  select id, now(), now() + $1 * interval '1 second', created_at, run_at, priority, attempt, max_attempts, 3, task, queue, key, tags, payload,
         json_build_object('name', 'WorkerDied', 'message', format('its worker died %s times while it ran, the last time it ran alone', crashes + 1))
    from killers where $1 > 0)
select id, false from back union all select id, true from killers
`,
)

/** Takes jobs back from workers that are gone; `keep` is how long discarded ones stay in history, in seconds. */
export async function rescue(db: Executor, keep: number): Promise<Rescued[]> {
  const rows = await db.run(RESCUE, [keep])
  return rows.map(([id, discarded]) => ({ id: id as string, discarded: discarded === 't' }))
}
