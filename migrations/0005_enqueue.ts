import { type Kysely, sql } from 'kysely'

/**
 * Writing jobs, as functions that the engine calls: their plans stay with the session, so that a transaction in which
 * an app schedules does not pay for planning them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(WAKE).execute(db)
  await sql.raw(ENQUEUE).execute(db)
  await sql.raw(ENQUEUE_KEYED).execute(db)
  await sql.raw(ENQUEUE_ONE).execute(db)
  await sql.raw('revoke all on all functions in schema background from public').execute(db)
}

/** With the rights of the owner, whoever calls it and whatever is in their search path. */
const AS_OWNER = 'security definer set search_path = pg_catalog, pg_temp'

const WAKE = `
create function background.somebody_rests() returns boolean language sql as $$
  select case when pg_try_advisory_lock(hashtext('background'), hashtext('rest'))
              then not pg_advisory_unlock(hashtext('background'), hashtext('rest')) else pg_notification_queue_usage() < 0.5 end
$$;
comment on function background.somebody_rests is 'whether a worker waits for a notification that can be sent. Those that wait share a lock; one that dies lets go of it. '
  'A commit that brings one into a full queue fails: when somebody lets it fill up, workers look for themselves';

create function background.wake(what text) returns void language plpgsql as $$
begin
  -- Only after writing: a worker that goes to rest now then knows of this transaction, and waits for its end.
  if background.somebody_rests() then perform pg_notify('background', what); end if;
end $$;
comment on function background.wake is 'tells workers on commit that there are jobs, and says nothing while all are busy and will look anyway: '
  'a commit with a notification waits for all others that have one';
`

const COLUMNS = `payloads json, same_task text, tasks text[], queues text[], delays float8[], times timestamptz[],
  priorities integer[], attempts integer[], tag_lists text[], flag_lists text[]`

/** The jobs that are asked for, from arrays of which each is a column; `more` of those, and what else to know of each job. */
function asked(more = '', columns = ''): string {
  const keyed = more === '' ? '' : `, ${more.replace(/\w+/g, 'unnest($&)')}`
  return `
    select coalesce(s.task, same_task) as task, s.payload, s.queue, s.position,
           coalesce(now() + s.delay * interval '1 millisecond', s.time, now()) as run_at,
           coalesce(s.priority, 0) as priority, coalesce(s.max_attempts, 25) as max_attempts,
           s.tags::text[] as tags, case when s.flags is not null then background.flag_set(s.flags::text[]) end as flags${columns}
      from rows from (
             json_array_elements(payloads), unnest(tasks), unnest(queues), unnest(delays), unnest(times),
             unnest(priorities), unnest(attempts), unnest(tag_lists), unnest(flag_lists)${keyed}
           ) with ordinality as s (payload, task, queue, delay, time, priority, max_attempts, tags, flags${more && ', key, mode, max_wait'}, position)`
}

const LANE = `
           case when all_plain then 0
                when a.flags is not null then background.lane_for(a.task, a.flags)
                else coalesce((select min(l.id) from background.lane l where l.task = a.task and l.flags = '{}'), 0) end`

const ALL_PLAIN = `
  all_plain boolean := cardinality(flag_lists) = 0 and pg_sequence_last_value('background.lane_id_seq') is null;`

/** Where the jobs that were stored wait. */
const WAITING = `
  free as (
    insert into background.ready (lane, priority, run_at, id)
    select s.lane, s.priority, s.run_at, s.id from stored s where s.queue is null and s.run_at <= now()),
  queued as (
    insert into background.member (queue, priority, run_at, id)
    select s.queue, s.priority, s.run_at, s.id from stored s where s.queue is not null and s.run_at <= now()),
  later as (
    insert into background.deferred (run_at, id) select s.run_at, s.id from stored s where s.run_at > now())`

const ENQUEUE = `
create function background.enqueue(${COLUMNS}, ring text)
returns setof bigint language plpgsql ${AS_OWNER} set plan_cache_mode = force_generic_plan as $$
declare${ALL_PLAIN}
begin
  return query
  with asked as (${asked()}),
  stored as (
    insert into background.job as j (task, payload, queue, run_at, priority, max_attempts, tags, flags, lane)
    select a.task, a.payload, a.queue, a.run_at, a.priority, a.max_attempts, a.tags, a.flags, ${LANE.trim()}
      from asked a order by a.position
    returning j.id, j.lane, j.queue, j.priority, j.run_at),${WAITING}
  select s.id from stored s;
  if ring is not null then perform background.wake(ring); end if;
end $$;
comment on function background.enqueue is 'writes jobs; each column comes as an array, or empty when all have the default. Ids in the order of payloads. '
  'ring is what workers that rest are told; null when the caller tells them';
`

/** Keys come in one order, so that two who take the same ones never each wait for the other. */
const ENQUEUE_KEYED = `
create function background.enqueue_keyed(${COLUMNS},
  key_names text[], key_modes text[], max_waits float8[], ring text
) returns setof bigint language plpgsql ${AS_OWNER} set enable_seqscan = off set enable_bitmapscan = off
set plan_cache_mode = force_generic_plan as $$
declare${ALL_PLAIN}
  item record;
begin
  for item in
    with asked as materialized (${asked(
      'key_names, key_modes, max_waits',
      `,
           s.key, s.mode, s.max_wait * interval '1 millisecond' as max_wait, nextval('background.job_id_seq') as id`,
    )}),
    named as materialized (
      insert into background.job_key as k (key, job_id)
      select a.key, min(a.id) from asked a
       where a.key is not null and not (a.mode = 'unsafe_dedupe' and exists (
               select from background.job j where j.id = (select h.job_id from background.job_key h where h.key = a.key)))
       group by a.key order by a.key
          on conflict (key) do update set job_id = excluded.job_id where false returning k.job_id as id),
    stored as (
      insert into background.job as j (id, task, payload, queue, run_at, priority, max_attempts, key, tags, flags, lane)
      select a.id, a.task, a.payload, a.queue, a.run_at, a.priority, a.max_attempts, a.key, a.tags, a.flags, ${LANE.trim()}
        from asked a where a.key is null or a.id in (select id from named) order by a.position
      returning j.id, j.lane, j.queue, j.priority, j.run_at),${WAITING}
    select a.*, a.key is null or a.id in (select id from named) as is_stored from asked a order by a.position
  loop
    if item.is_stored then return next item.id; continue; end if;
    return next background.put_keyed(item.key, item.mode, item.task, item.payload, item.queue, item.run_at, item.priority,
                                     item.max_attempts, item.tags, item.flags, item.max_wait);
  end loop;
  if ring is not null then perform background.wake(ring); end if;
end $$;
comment on function background.enqueue_keyed is 'as enqueue, for jobs of which some have a key. What nothing has the key of is written at once, '
  'the others then one after the other';
`

const ENQUEUE_ONE = `
create function background.enqueue_one(
  task text, payload json, queue text, run_at timestamptz, priority integer, max_attempts integer, tags text[], flags text[],
  key text, mode text, max_wait interval, ring text
) returns bigint language plpgsql ${AS_OWNER} as $$
declare
  job_id bigint;
begin
  if flags is not null then flags := background.flag_set(flags); end if;
  if key is null then
    job_id := background.put_job(task, payload, queue, run_at, priority, max_attempts, null, tags, flags);
  else
    job_id := background.schedule_keyed(key, mode, task, payload, queue, run_at, priority, max_attempts, tags, flags, max_wait);
  end if;
  if ring is not null then perform background.wake(ring); end if;
  return job_id;
end $$;
comment on function background.enqueue_one is 'writes one job, under a key or without; ring as in enqueue';
`
