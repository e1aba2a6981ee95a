import { probe } from './probe.ts'
/**
 * Takes jobs back from where they wait, as common table expressions: `asked` has the unfinished ones among the ids of
 * parameter 1, `taken` those that nobody can claim any more once this is committed. What somebody else is
 * claiming, promoting or replacing in this instant is passed over: it is not waiting, or not as it was.
 * Indexes: primary keys of job, deferred and member, ready_order.
 */
export const TAKEN_BACK = `
asked as materialized (
  select j.id, j.queue, j.lane, j.priority, j.run_at
    from unnest($1::bigint[]) as a (id) join background.job j on ${probe('j.id', 'a.id')}),
from_deferred as (
  delete from background.deferred
   where ctid = any (array(
     select d.ctid from asked a join background.deferred d on ${probe('d.run_at', 'a.run_at')} and d.id = a.id
        for update of d skip locked))
  returning id),
from_member as (
  delete from background.member
   where ctid = any (array(
     select m.ctid from asked a
       join background.member m on ${probe('m.queue', 'a.queue')} and m.priority = a.priority and m.run_at = a.run_at and m.id = a.id
        for update of m skip locked))
  returning id),
from_ready as (
  delete from background.ready
   where ctid = any (array(
     select r.ctid from asked a
       join background.ready r on ${probe('r.lane', 'a.lane')} and r.priority = a.priority and r.run_at = a.run_at and r.id = a.id
      where a.queue is null for update of r skip locked))
  returning id),
taken as materialized (
  select id from from_deferred union all select id from from_member union all select id from from_ready),
running as materialized (
  select id from asked where id in (select unnest(ids) from background.claim) and id not in (select id from taken))`

/** Puts the jobs of a common table expression to where they wait. Indexes: as above. Locks: the new rows. */
export function waiting(jobs: string): string {
  return `
later as (
  insert into background.deferred (run_at, id) select run_at, id from ${jobs} where run_at > now()),
queued as (
  insert into background.member (queue, priority, run_at, id)
  select queue, priority, run_at, id from ${jobs} where run_at <= now() and queue is not null),
free as (
  insert into background.ready (lane, priority, run_at, id)
  select lane, priority, run_at, id from ${jobs} where run_at <= now() and queue is null)`
}
