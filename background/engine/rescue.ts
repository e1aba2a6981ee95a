import type { Executor, Row } from '../../framework/executor.ts'
import type { JobFacts } from '../events.ts'
import { probe } from './probe.ts'
import { statement } from './statement.ts'
import { unlocked } from './unlocked.ts'

/** Deaths of workers after which a job is a suspect: it has to go on trial before it may run again. */
export const CRASHES_BEFORE_TRIAL = 3

export interface Rescued extends JobFacts {
  /** Why it is discarded: it was on trial and its worker died again. Undefined: it waits again. */
  readonly discarded: string | undefined
}

/**
 * Promises: the jobs of a worker whose lease ran out wait again where they stood, each exactly once, however many
 * workers rescue. A crash is not an attempt. A job that was on trial is discarded: it has had its chance.
 * Deleting the claim row is what takes the jobs away: reports of the lost worker find nothing.
 * Indexes: slot_claim; primary keys of worker, claim, job, job_key. Reads all of worker and claim, which have few rows.
 * Locks: worker and claim rows, skipping those in use: a claim that is being reported is left for next time.
 */
const RESCUE = statement(
  'rescue',
  `
with dead as materialized (
  select id from background.worker where lease_until < clock_timestamp() order by id limit 10 for update skip locked),
lost as materialized (
  select c.id, c.ids from background.claim c join dead on dead.id = c.worker_id for update of c skip locked),
taken_away as (
  delete from background.claim where id = any (array(select id from lost))),
freed as (
  delete from background.slot where claim_id = any (array(select id from lost))),
buried as (
  delete from background.worker
   where id = any (array(select id from dead))
     and id <> all (array(select worker_id from background.claim where id <> all (array(select id from lost))))),
held as materialized (
  select unnest(ids) as id from lost),
back as (
  update background.job j set crashes = least(j.crashes + 1, ${CRASHES_BEFORE_TRIAL})
    from held h where ${probe('j.id', 'h.id')} and j.crashes <= ${CRASHES_BEFORE_TRIAL}
  returning j.id, j.task, j.queue, j.lane, j.priority, j.run_at, j.attempt, j.max_attempts),
free as (
  insert into background.ready (lane, priority, run_at, id)
  select lane, priority, run_at, id from back where queue is null),
queued as (
  insert into background.member (queue, priority, run_at, id)
  select queue, priority, run_at, id from back where queue is not null),
killers as (
  delete from background.job j using held h where ${probe('j.id', 'h.id')} and j.crashes > ${CRASHES_BEFORE_TRIAL}
  returning j.*, format('%s workers died while they had this job, the last one while it was on trial', j.crashes) as reason),
${unlocked('killers')},
kept as (
  insert into background.finished
         (id, finished_at, expires_at, created_at, run_at, priority, attempt, max_attempts, state, task, queue, key, tags, flags, payload, logs, error)
  select id, now(), now() + $1 * interval '1 second', created_at, run_at, priority, attempt, max_attempts, 3, task, queue, key, tags, flags, payload, logs,
         json_build_object('name', 'WorkerDied', 'message', reason)
    from killers where $1 > 0)
select id, task, queue, attempt, max_attempts, null from back union all
select id, task, queue, attempt, max_attempts, reason from killers
`,
)

/** Takes jobs back from workers that are gone; `keep` is how long discarded ones stay in history, in seconds. */
export async function rescue(db: Executor, keep: number): Promise<Rescued[]> {
  const rows = await db.run(RESCUE, [keep])
  return rows.map(rescued)
}

function rescued([id, task, queue, attempt, maxAttempts, discarded]: Row): Rescued {
  return {
    ...{ id: id as string, task: task as string, queue: queue ?? undefined },
    ...{ attempt: Number(attempt), maxAttempts: Number(maxAttempts), discarded: discarded ?? undefined },
  }
}
