import { type Kysely, sql } from 'kysely'

/**
 * How a job comes to wait, where, and how it is taken back from there, as functions: each of their statements sees what
 * others have committed by then.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(LANES).execute(db)
  await sql.raw(WAITING).execute(db)
  await sql.raw(KEYS).execute(db)
  await sql.raw('revoke all on all functions in schema background from public').execute(db)
}

/** Plans stay, and tables that are empty today hold a million rows tomorrow: only the way by index is right then. */
const BY_INDEX = `
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
set plan_cache_mode = force_generic_plan`

const LANES = `
create function background.flag_set(flags text[]) returns text[] language sql immutable as $$
  select nullif(array(select distinct f collate "C" from unnest(flags) f order by 1), '{}')
$$;
comment on function background.flag_set is 'flags in the one order in which they are stored; null when there are none';

create function background.lane_for(task text, flags text[]) returns integer language plpgsql as $$
declare
  aside text := (select l.task from background.lane l where l.task = lane_for.task limit 1);
  lane integer;
begin
  if aside is null and flags is null then return 0; end if;
  select min(l.id) into lane from background.lane l
   where l.flags = coalesce(lane_for.flags, '{}') and l.task is not distinct from aside;
  if lane is not null then return lane; end if;
  insert into background.lane as l (task, flags) values (aside, coalesce(lane_for.flags, '{}')) returning l.id into lane;
  perform pg_notify('background', 'lanes');
  return lane;
end $$;
comment on function background.lane_for is 'the lane for jobs of a task with these flags, made when there is none';
`

/** The two rows of a job. Transactions of the app pay for this, and one statement costs less than two. */
function insertInto(place: string, columns: string): string {
  return `
    with stored as (
      insert into background.job (id, run_at, priority, max_attempts, lane, task, queue, key, tags, flags, payload)
        values (job_id, run_at, priority, max_attempts, lane, task, queue, key, tags, flags, payload) returning id)
    insert into background.${place} (${columns}) select ${columns} from stored;`
}

const WAITING = `
create function background.put_job(
  task text, payload json, queue text, run_at timestamptz, priority integer, max_attempts integer,
  key text, tags text[], flags text[], job_id bigint default nextval('background.job_id_seq')
) returns bigint language plpgsql as $$
#variable_conflict use_column
declare
  lane integer := 0;
begin
  -- The sequence tells without a query whether there has ever been a lane.
  if flags is not null or pg_sequence_last_value('background.lane_id_seq') is not null then
    lane := background.lane_for(task, flags);
  end if;
  if run_at > now() then ${insertInto('deferred', 'run_at, id')}
  elsif queue is not null then ${insertInto('member', 'queue, priority, run_at, id')}
  else ${insertInto('ready', 'lane, priority, run_at, id')}
  end if;
  return job_id;
end $$;
comment on function background.put_job is 'writes one job that waits; its flags are those of flag_set';

create function background.make_wait(job background.job) returns void language plpgsql as $$
begin
  if job.run_at > now() then
    insert into background.deferred (run_at, id) values (job.run_at, job.id);
  elsif job.queue is not null then
    insert into background.member (queue, priority, run_at, id) values (job.queue, job.priority, job.run_at, job.id);
  else
    insert into background.ready (lane, priority, run_at, id) values (job.lane, job.priority, job.run_at, job.id);
  end if;
end $$;
comment on function background.make_wait is 'puts the waiting row of a job where its due time and queue say';

create function background.take_back(job background.job) returns boolean language plpgsql as $$
begin
  delete from background.deferred d where d.run_at = job.run_at and d.id = job.id;
  if found then return true; end if;
  if job.queue is not null then
    delete from background.member m
     where m.queue = job.queue and m.priority = job.priority and m.run_at = job.run_at and m.id = job.id;
  else
    delete from background.ready r
     where r.lane = job.lane and r.priority = job.priority and r.run_at = job.run_at and r.id = job.id;
  end if;
  return found;
end $$;
comment on function background.take_back is 'deletes the waiting row of a job where that says it is; false when it is not there';

create function background.take_waiting(wanted bigint) returns background.job language plpgsql as $$
declare
  job background.job;
begin
  for round in 1..10 loop
    select j.* into job from background.job j where j.id = wanted;
    exit when not found;
    if background.take_back(job) then
      select j.* into job from background.job j where j.id = wanted;
      return job;
    end if;
    -- Unless it runs, somebody for whom we waited there has let it wait anew: then we look again.
    exit when exists (select from background.claim where wanted = any (ids));
  end loop;
  return null;
end $$;
comment on function background.take_waiting is 'takes a job back from where it waits, so that nobody else changes it, and answers with it; null when a worker has claimed it';
`

const KEYS = `
create function background.append_items(items json, more json) returns json language sql immutable as $$
  select case when json_array_length(items) = 0 then more
              when json_array_length(more) = 0 then items
              else (regexp_replace(items::text, '\\]\\s*$', '') || ',' || regexp_replace(more::text, '^\\s*\\[', ''))::json end
$$;
comment on function background.append_items is 'one array after the other, each item with the text it was given';

create function background.is_full(items json, more json) returns boolean language sql immutable as $$
  select octet_length(items::text) + octet_length(more::text) > 1048576
     and json_typeof(items) = 'array' and json_typeof(more) = 'array'
$$;
comment on function background.is_full is 'whether a batch has no room for more items: then it goes its own way, without the key, and a new one begins';

create function background.some_items(items json, positions integer[]) returns json language sql immutable as $$
  select case when positions is null then items
              else (select ('[' || coalesce(string_agg(i.item::text, ',' order by i.position), '') || ']')::json
                      from json_array_elements(items) with ordinality as i (item, position)
                     where i.position = any (positions)) end
$$;
comment on function background.some_items is 'an array of those items, each with the text it was given; null positions mean all';

create function background.put_keyed(
  new_key text, mode text, new_task text, new_payload json, new_queue text, new_run_at timestamptz,
  new_priority integer, new_max_attempts integer, new_tags text[], new_flags text[], max_wait interval
) returns bigint language plpgsql ${BY_INDEX} as $$
declare
  old background.job;
  fresh background.job;
begin
  if mode = 'unsafe_dedupe' then
    select j.id into fresh.id from background.job j where j.id = (select k.job_id from background.job_key k where k.key = new_key);
    if found then return fresh.id; end if;
  end if;
  -- Makes the row of this key, or locks it. Everyone who schedules under the key waits here; each statement below then
  -- sees what the others committed.
  insert into background.job_key (key, job_id) values (new_key, nextval('background.job_id_seq'))
    on conflict (key) do update set job_id = excluded.job_id where false returning job_id into fresh.id;
  if found then
    return background.put_job(new_task, new_payload, new_queue, new_run_at, new_priority, new_max_attempts, new_key, new_tags, new_flags, fresh.id);
  end if;
  select j.* into old from background.job j where j.id = (select k.job_id from background.job_key k where k.key = new_key);
  if found and mode = 'unsafe_dedupe' then return old.id; end if;
  if found then old := background.take_waiting(old.id); end if;
  if background.is_full(old.payload, new_payload) then
    update background.job j set key = null where j.id = old.id returning j.* into old;
    perform background.make_wait(old);
    old := null;
  end if;
  if old.id is not null then
    update background.job j
       set task = new_task, queue = new_queue, priority = new_priority, max_attempts = new_max_attempts, tags = new_tags,
           flags = new_flags, lane = background.lane_for(new_task, new_flags),
           run_at = case when mode = 'preserve_run_at' and old.attempt = 0 then old.run_at
                         when max_wait is not null and old.attempt = 0 then least(new_run_at, old.created_at + max_wait)
                         else new_run_at end,
           payload = case when json_typeof(old.payload) = 'array' and json_typeof(new_payload) = 'array'
                          then background.append_items(old.payload, new_payload) else new_payload end,
           attempt = 0, crashes = 0, error = null
     where j.id = old.id returning j.* into fresh;
    -- What was said of the old one while it ran does not hold for the new one.
    delete from background.cancellation c where c.job_id = old.id;
    perform background.make_wait(fresh);
    return fresh.id;
  end if;
  -- An old one that is running ends without a retry once the key names another. Its row is left alone: a lock on it,
  -- held as long as this transaction is open, would keep its worker from reporting.
  fresh.id := background.put_job(new_task, new_payload, new_queue, new_run_at, new_priority, new_max_attempts, new_key, new_tags, new_flags);
  update background.job_key k set job_id = fresh.id where k.key = new_key;
  return fresh.id;
end $$;
comment on function background.put_keyed is 'writes a job under a key: replaces the waiting one that has it, or makes one. '
  'However often it is replaced, it is due max_wait after it was first scheduled';

create function background.schedule_keyed(
  new_key text, mode text, new_task text, new_payload json, new_queue text, new_run_at timestamptz,
  new_priority integer, new_max_attempts integer, new_tags text[], new_flags text[] default null, max_wait interval default null
) returns bigint language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtext('background.job_key'), hashtext(new_key));
  return background.put_keyed(new_key, mode, new_task, new_payload, new_queue, new_run_at, new_priority, new_max_attempts,
                              new_tags, new_flags, max_wait);
end $$;
comment on function background.schedule_keyed is 'as put_keyed. Its lock is for those who would rather go without the key than wait for it; '
  'what is exact is the row, of which a transaction may have any number';
`
