import type { Audit, FinishedRow } from './audit.ts'
import type { Postgres } from './server/postgres.ts'

/** What the database says when all is over and all workers have said goodbye. */
export async function askForAudit(postgres: Postgres): Promise<Audit> {
  const [left, finished, ticks, limited, written, leftovers] = await Promise.all([
    postgres.ask<Audit['left'][number]>(LEFT),
    postgres.ask<FinishedRow>(FINISHED),
    postgres.ask<{ tick: number }>(TICKS),
    postgres.ask<{ at: number }>(SCHEDULED),
    postgres.ask<{ uid: string }>('select uid from written'),
    postgres.ask<{ complaint: string }>(LEFTOVERS),
  ])
  return {
    left,
    finished,
    ticks: ticks.map(({ tick }) => tick),
    limited: limited.map(({ at }) => at),
    written: written.map(({ uid }) => uid),
    leftovers: leftovers.map(({ complaint }) => complaint),
  }
}

const LEFT = `select payload ->> 'uid' as uid, state from background.jobs where task not in ('Tick', 'Limited')`

const FINISHED = `
select payload ->> 'uid' as uid, task, (array['completed', 'cancelled', 'discarded'])[state] as state, attempt,
       max_attempts as "maxAttempts", error ->> 'name' as error
  from background.finished where task not in ('Tick', 'Limited')`

const TICKS = `
select extract(epoch from (payload -> '_cron' ->> 'ts')::timestamptz)::float8 * 1000 as tick
  from (select task, payload from background.history union all select task, payload from background.jobs) job
 where task = 'Tick'`

const SCHEDULED = `
select extract(epoch from created_at)::float8 * 1000 as at
  from (select task, created_at from background.history union all select task, created_at from background.jobs) job
 where task = 'Limited'`

/** Each job waits in one place or is finished, and nothing belongs to what is gone. */
const LEFTOVERS = `
with place (id, name) as (
  select id, 'ready' from background.ready union all
  select id, 'member' from background.member union all
  select id, 'deferred' from background.deferred union all
  select unnest(ids), 'claim' from background.claim)
select format('job %s is in %s places', j.id, count(p.id)) as complaint
  from background.job j left join place p on p.id = j.id group by j.id having count(p.id) <> 1
union all
select format('%s has %s, which does not exist', p.name, p.id)
  from place p where not exists (select from background.job j where j.id = p.id)
union all
select format('worker %s still has the claim %s', worker_id, id) from background.claim
union all
select format('slot %s of queue %s is taken by the claim %s', number, queue, claim_id) from background.slot
union all
select format('worker %s has not said goodbye', id) from background.worker`
