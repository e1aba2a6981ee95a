import { type Kysely, sql } from 'kysely'

/**
 * Adding jobs in SQL. Names, order, types and defaults of the parameters are those of Graphile Worker. The functions have
 * the rights of their owner, and nobody may call them until it is granted. See docs/guides/sql.md.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(CHECKS).execute(db)
  await sql.raw(REFUSALS).execute(db)
  await sql.raw(ADD).execute(db)
  await sql.raw('revoke all on all functions in schema background from public').execute(db)
}

/** With the rights of the owner, whoever calls it and whatever is in their search path. */
const AS_OWNER = 'security definer set search_path = pg_catalog, pg_temp'

/** Plans stay with the session, and tables that are nearly empty today hold a million rows tomorrow. */
const BY_INDEX = 'set enable_seqscan = off'

const CHECKS = String.raw`
create function background.is_name(value text, longest integer) returns boolean language sql immutable as $$
  select coalesce(length(value) between 1 and longest and value !~ E'[\\u0001-\\u001f\\u007f-\\u009f]', false)
$$;

create function background.is_time(value timestamptz) returns boolean language sql immutable as $$
  select value between timestamptz '0001-01-01 00:00:00+00' and timestamptz '9999-12-31 00:00:00+00'
$$;
comment on function background.is_time is 'whether JavaScript has such a time too';

create function background.is_storable(json_text text) returns boolean language sql immutable as $$
  select strpos(json_text, E'\\u') = 0 or regexp_replace(
           replace(json_text, E'\\\\', ''), E'\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}', '', 'g'
         ) !~ E'\\\\u(0000|[dD][89a-fA-F])'
$$;
comment on function background.is_storable is 'whether JSON is without NUL and without halves of surrogate pairs';

create function background.are_flags(flags text[]) returns boolean language sql immutable as $$
  select cardinality(flags) <= 16 and coalesce(bool_and(background.is_name(flag, 64)), true) from unnest(flags) flag
$$;

create function background.is_job(
  identifier text, payload json, queue_name text, run_at timestamptz, max_attempts integer, job_key text, priority integer, flags text[]
) returns boolean language sql immutable as $$
  select background.is_name(identifier, 128)
     and (queue_name is null or background.is_name(queue_name, 128))
     and (job_key is null or background.is_name(job_key, 512))
     and (run_at is null or background.is_time(run_at))
     and (max_attempts is null or max_attempts between 1 and 32767)
     and (priority is null or priority between -32768 and 32767)
     and (flags is null or background.are_flags(flags))
     and (payload is null or octet_length(payload::text) <= 1048576 and background.is_storable(payload::text))
$$;
comment on function background.is_job is 'whether these can be a job; null stands for what has a default';
`

const REFUSALS = `
create function background.refuse(problem text, advice text) returns void language plpgsql as $$
begin
  raise exception using errcode = 'KB001', message = problem, hint = advice;
end $$;
comment on function background.refuse is 'raises the error of the SQL API: SQLSTATE KB001, what is wrong, and what to do';

create function background.shown(value text) returns text language sql immutable as $$
  select case when value is null then 'null'
              when length(value) > 60 then format('text of %s characters', length(value))
              else to_json(value)::text end
$$;

create function background.check_name(what text, value text, longest integer) returns void language plpgsql as $$
begin
  if background.is_name(value, longest) then return; end if;
  perform background.refuse(format('%s is %s', what, background.shown(value)),
                            format('%s is text of 1 to %s characters, without control characters', what, longest));
end $$;

create function background.check_number(what text, value integer, smallest integer, largest integer) returns void language plpgsql as $$
begin
  if value between smallest and largest then return; end if;
  perform background.refuse(format('%s is %s', what, coalesce(value::text, 'null')),
                            format('%s is a whole number from %s to %s', what, smallest, largest));
end $$;

create function background.check_time(what text, value timestamptz) returns void language plpgsql as $$
begin
  if background.is_time(value) then return; end if;
  perform background.refuse(format('%s is %s', what, value), format('%s is a time in the years 1 to 9999', what));
end $$;

create function background.check_flags(what text, flags text[]) returns void language plpgsql as $$
declare
  flag text;
begin
  if cardinality(flags) > 16 then
    perform background.refuse(format('%s has %s elements', what, cardinality(flags)), format('%s is an array of at most 16 words', what));
  end if;
  foreach flag in array flags loop
    perform background.check_name('a word in ' || what, flag, 64);
  end loop;
end $$;

create function background.check_payload(what text, payload json) returns void language plpgsql as $$
begin
  if octet_length(payload::text) > 1048576 then
    perform background.refuse(format('%s takes %s bytes as JSON, the limit is 1048576', what, octet_length(payload::text)),
                              'store the data elsewhere and pass its id');
  end if;
  if not background.is_storable(payload::text) then
    perform background.refuse(format('%s has a NUL character or half a surrogate pair', what), 'take it out, or pass it as base64');
  end if;
end $$;

create function background.refuse_job(
  place text, identifier text, payload json, queue_name text, run_at timestamptz, max_attempts integer, job_key text, priority integer, flags text[]
) returns void language plpgsql as $$
begin
  perform background.check_name(place || 'identifier', identifier, 128);
  if queue_name is not null then perform background.check_name(place || 'queue_name', queue_name, 128); end if;
  if job_key is not null then perform background.check_name(place || 'job_key', job_key, 512); end if;
  if run_at is not null then perform background.check_time(place || 'run_at', run_at); end if;
  if max_attempts is not null then perform background.check_number(place || 'max_attempts', max_attempts, 1, 32767); end if;
  if priority is not null then perform background.check_number(place || 'priority', priority, -32768, 32767); end if;
  if flags is not null then perform background.check_flags(place || 'flags', flags); end if;
  if payload is not null then perform background.check_payload(place || 'payload', payload); end if;
end $$;
comment on function background.refuse_job is 'says what keeps these from being a job';
`

const ADD = `
create function background.add_job(
  identifier text, payload json default null, queue_name text default null, run_at timestamptz default null,
  max_attempts integer default null, job_key text default null, priority integer default null, flags text[] default null,
  job_key_mode text default 'replace'
) returns background.jobs language plpgsql ${AS_OWNER} as $$
declare
  job_id bigint;
  job background.jobs;
begin
  if not background.is_job(identifier, payload, queue_name, run_at, max_attempts, job_key, priority, flags) then
    perform background.refuse_job('', identifier, payload, queue_name, run_at, max_attempts, job_key, priority, flags);
  end if;
  if job_key_mode not in ('replace', 'preserve_run_at', 'unsafe_dedupe') then
    perform background.refuse(format('job_key_mode is %s', background.shown(job_key_mode)),
                              'job_key_mode is one of replace, preserve_run_at, unsafe_dedupe');
  end if;
  payload := coalesce(payload, '{}');
  run_at := coalesce(run_at, now());
  max_attempts := coalesce(max_attempts, 25);
  priority := coalesce(priority, 0);
  if flags is not null then flags := background.flag_set(flags); end if;
  if job_key is null then
    job_id := background.put_job(identifier, payload, queue_name, run_at, priority, max_attempts, null, null, flags);
  else
    while job.id is null loop -- Under unsafe_dedupe it may end in this instant: then nothing has the key.
      job_id := background.schedule_keyed(job_key, coalesce(job_key_mode, 'replace'), identifier, payload, queue_name, run_at,
                                          priority, max_attempts, null, flags);
      job := background.find_job(job_id);
    end loop;
    run_at := job.run_at;
  end if;
  if background.somebody_rests() then
    perform pg_notify('background', case when run_at > now() then 'later' when queue_name is null then 'free' else 'queued' end);
  end if;
  if job_key is not null then return job; end if;
  return row(job_id, identifier, queue_name, case when run_at > now() then 'scheduled' else 'available' end,
             priority::smallint, run_at, now(), 0::smallint, max_attempts::smallint, 0::smallint, null::text, null::text[],
             flags, payload, null::json, null::bigint, null::timestamptz)::background.jobs;
end $$;
comment on function background.add_job is 'schedules a job; it exists exactly if the transaction commits';

create type background.job_spec as (
  identifier text, payload json, queue_name text, run_at timestamptz, max_attempts integer,
  job_key text, priority integer, flags text[]
);

create function background.add_jobs(specs background.job_spec[], job_key_preserve_run_at boolean default false)
returns setof background.jobs language plpgsql ${AS_OWNER} ${BY_INDEX} as $$
declare
  asked record;
  ids bigint[];
begin
  perform background.refuse_job(format('specs[%s].', s.position), s.identifier, s.payload, s.queue_name, s.run_at, s.max_attempts,
                                s.job_key, s.priority, s.flags)
     from unnest(specs) with ordinality s
          (identifier, payload, queue_name, run_at, max_attempts, job_key, priority, flags, position)
    where not background.is_job(s.identifier, s.payload, s.queue_name, s.run_at, s.max_attempts, s.job_key, s.priority, s.flags);
  select count(s.job_key) > 0 as keyed, ('[' || string_agg(coalesce(s.payload::text, '{}'), ',') || ']')::json as payloads,
         array_agg(s.identifier) as tasks, array_agg(s.queue_name) as queues, array_agg(s.run_at) as times,
         array_agg(s.priority) as priorities, array_agg(s.max_attempts) as attempts,
         case when count(s.flags) > 0 then array_agg(s.flags::text) else '{}' end as flag_lists, array_agg(s.job_key) as keys,
         array_agg(case when job_key_preserve_run_at then 'preserve_run_at' else 'replace' end) as modes,
         concat_ws(' ', case when bool_or(s.run_at > now()) then 'later' end,
                   case when bool_or(s.queue_name is null) then 'free' end,
                   case when bool_or(s.queue_name is not null) then 'queued' end) as ring
    into asked from unnest(specs) s;
  if asked.tasks is null then return; end if;
  if asked.keyed then
    ids := array(select background.enqueue_keyed(asked.payloads, null, asked.tasks, asked.queues, '{}', asked.times, asked.priorities,
                                                 asked.attempts, '{}', asked.flag_lists, asked.keys, asked.modes, '{}', asked.ring));
  else
    ids := array(select background.enqueue(asked.payloads, null, asked.tasks, asked.queues, '{}', asked.times, asked.priorities,
                                           asked.attempts, '{}', asked.flag_lists, asked.ring));
  end if;
  return query
  select j.id, j.task, j.queue, case when j.run_at > now() then 'scheduled' else 'available' end, j.priority, j.run_at, j.created_at,
         j.attempt, j.max_attempts, j.crashes, j.key, j.tags, j.flags, j.payload, j.error, null::bigint, null::timestamptz
    from unnest(ids) with ordinality a (id, position)
    cross join lateral (select o.* from background.job o where o.id = a.id limit 1) j order by a.position;
end $$;
comment on function background.add_jobs is 'schedules jobs, all or none; their rows come in the order of specs';
`
