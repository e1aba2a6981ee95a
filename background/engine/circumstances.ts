import type { Executor } from '../../framework/executor.ts'
import type { Circumstances } from '../circumstances.ts'
import { statement } from './statement.ts'

/** Counting all jobs ahead in a long queue would take longer than the answer is worth. */
const MOST_AHEAD = 1_000
/** Jobs to name: more of them would explain nothing more. */
const MOST_NAMED = 3

/**
 * Promises nothing beyond what it reads: what keeps one unfinished job from running, and who has it.
 * Indexes: primary keys of job, deferred, member, queue and slot, ready_order; walks {@link MOST_AHEAD} waiting jobs
 * ahead of this one at most. Reads all of worker and claim, which have few rows. Locks: none.
 */
const CIRCUMSTANCES = statement(
  'circumstances',
  `
with j as materialized (
  select id, task, queue, lane, priority, run_at from background.job where id = $1),
alive as materialized (
  select w.id, w.concurrency, j.task = any (w.tasks) as knows, w.told is null as works
    from background.worker w cross join j where w.lease_until > clock_timestamp()),
ahead as materialized (
  select a.id from j cross join lateral (
    select m.id from background.member m
     where m.queue = j.queue and (m.priority, m.run_at, m.id) < (j.priority, j.run_at, j.id)
     order by m.priority, m.run_at, m.id limit ${MOST_AHEAD + 1}) a
   where j.queue is not null
  union all
  select a.id from j cross join lateral (
    select r.id from background.ready r
     where r.lane = j.lane and (r.priority, r.run_at, r.id) < (j.priority, j.run_at, j.id)
     order by r.priority, r.run_at, r.id limit ${MOST_AHEAD + 1}) a
   where j.queue is null),
holders as materialized (
  select c.ids, c.claimed_at, w.name from j
    join background.slot s on s.queue = j.queue
    join background.claim c on c.id = s.claim_id
    join background.worker w on w.id = c.worker_id order by c.claimed_at limit ${MOST_NAMED}),
busy as materialized (
  select c.ids, c.claimed_at, w.name from alive a
    join background.worker w on w.id = a.id
    join background.claim c on c.worker_id = a.id
   where a.knows and a.works order by c.claimed_at limit ${MOST_NAMED})
select json_build_object(
  'now', extract(epoch from clock_timestamp()) * 1000,
  'waits', exists (select from background.deferred d where d.run_at = j.run_at and d.id = j.id)
    or exists (select from background.member m
                where m.queue = j.queue and m.priority = j.priority and m.run_at = j.run_at and m.id = j.id)
    or exists (select from background.ready r
                where r.lane = j.lane and r.priority = j.priority and r.run_at = j.run_at and r.id = j.id),
  'workers', (select json_build_object(
      'alive', count(*), 'knowing', count(*) filter (where knows),
      'working', count(*) filter (where knows and works),
      'slots', coalesce(sum(concurrency) filter (where knows and works), 0),
      'taken', (select count(*) from background.job o where o.id = any (array(
                 select unnest(c.ids) from background.claim c
                  where c.worker_id in (select id from alive where knows and works)))),
      'running', (select coalesce(json_agg(json_build_object(
          'id', o.id::text, 'task', o.task, 'worker', b.name, 'since', extract(epoch from b.claimed_at) * 1000)
          order by b.claimed_at), '[]')
        from busy b cross join lateral (
          select o.id, o.task from background.job o where o.id = any (b.ids) order by o.id limit 1) o)) from alive),
  'ahead', json_build_object(
      'count', (select least(count(*), ${MOST_AHEAD}) from ahead), 'capped', (select count(*) > ${MOST_AHEAD} from ahead),
      'ids', (select coalesce(json_agg(id::text), '[]') from (select id from ahead limit ${MOST_NAMED}) a)),
  'queue', case when j.queue is not null then (select json_build_object(
      'concurrency', coalesce(q.concurrency, 1), 'pausedAt', extract(epoch from q.paused_at) * 1000,
      'pausedBy', q.paused_by, 'pausedReason', q.paused_reason,
      'taken', (select count(*) from background.slot s where s.queue = j.queue),
      'running', (select coalesce(json_agg(json_build_object(
          'id', r.id::text, 'task', r.task, 'worker', h.name, 'since', extract(epoch from h.claimed_at) * 1000)), '[]')
        from holders h cross join lateral (
          select o.id, o.task from background.job o
           where o.id = any (h.ids) and o.queue = j.queue order by o.priority, o.run_at, o.id limit 1) r))
    from (select) one left join background.queue q on q.name = j.queue) end,
  'holder', (select json_build_object(
      'id', w.id::text, 'name', w.name, 'host', w.host, 'pid', w.pid, 'since', extract(epoch from c.claimed_at) * 1000,
      'leaseUntil', extract(epoch from w.lease_until) * 1000,
      'others', (select count(*) from alive a where a.id <> w.id))
    from background.claim c join background.worker w on w.id = c.worker_id where j.id = any (c.ids) limit 1))::text
  from j
`,
)

/** What keeps this job from running; undefined when it has finished meanwhile. */
export async function circumstancesOf(db: Executor, id: string): Promise<Circumstances | undefined> {
  const [row] = await db.run(CIRCUMSTANCES, [id])
  return row && JSON.parse(row[0] as string)
}
