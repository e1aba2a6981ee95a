-- What all migrations together make, for reading: tables with their indexes, functions, views.
-- Written by: npm run schema. To set up a database: ks bg migrate, or ks bg migrate --sql.

create type background.job_spec as (
  identifier text,
  payload json,
  queue_name text,
  run_at timestamp with time zone,
  max_attempts integer,
  job_key text,
  priority integer,
  flags text[]
);

create table background.activity (
  id bigint generated always as identity not null,
  at timestamp with time zone default now() not null,
  actor text not null,
  action text not null,
  target text,
  details json,
  outcome text,
  answer json,
  told_at timestamp with time zone,
  constraint activity_pkey PRIMARY KEY (id),
  constraint activity_action_check CHECK (length(action) >= 1 AND length(action) <= 64),
  constraint activity_actor_check CHECK (length(actor) >= 1 AND length(actor) <= 200),
  constraint activity_outcome_check CHECK (outcome = ANY (ARRAY['done'::text, 'failed'::text, 'stopped'::text])),
  constraint activity_target_check CHECK (length(target) <= 1024)
);
comment on table background.activity is 'what people have done; outcome is null while it is being done, or when nobody knows';
comment on column background.activity.told_at is 'when whoever does it last said how far it is';

create table background.cancellation (
  job_id bigint not null,
  requested_at timestamp with time zone default now() not null,
  reason text,
  constraint cancellation_pkey PRIMARY KEY (job_id)
);
comment on table background.cancellation is 'running jobs that are to be cancelled; gone soon after they have ended';

create table background.claim (
  id bigint not null,
  worker_id bigint not null,
  claimed_at timestamp with time zone default now() not null,
  ids bigint[] not null,
  constraint claim_pkey PRIMARY KEY (id),
  constraint claim_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES background.worker(id)
) with (toast_tuple_target=8160);
comment on table background.claim is 'one row per claimed batch; whoever deletes it decides what becomes of its jobs. It has few rows and by id only one index: one by worker would lead hot statements past all dead rows of that worker';

create table background.cron (
  name text collate "C" not null,
  task text not null,
  expression text not null,
  time_zone text not null,
  payload json not null,
  queue text,
  priority smallint not null,
  max_attempts smallint not null,
  key text,
  key_mode text not null,
  tags text[],
  missed text not null,
  fill interval,
  cap smallint not null,
  source text not null,
  known_since timestamp with time zone default now() not null,
  paused_at timestamp with time zone,
  resumed_at timestamp with time zone,
  last_tick timestamp with time zone,
  recent_jobs bigint[] default '{}'::bigint[] not null,
  constraint cron_pkey PRIMARY KEY (name),
  constraint cron_cap_check CHECK (cap > 0),
  constraint cron_expression_check CHECK (length(expression) <= 256),
  constraint cron_key_check CHECK (length(key) >= 1 AND length(key) <= 512),
  constraint cron_key_mode_check CHECK (key_mode = ANY (ARRAY['replace'::text, 'preserve_run_at'::text, 'unsafe_dedupe'::text])),
  constraint cron_max_attempts_check CHECK (max_attempts > 0),
  constraint cron_missed_check CHECK (missed = ANY (ARRAY['skip'::text, 'once'::text, 'all'::text])),
  constraint cron_name_check CHECK (length(name) >= 1 AND length(name) <= 128),
  constraint cron_queue_check CHECK (length(queue) >= 1 AND length(queue) <= 128),
  constraint cron_source_check CHECK (source = ANY (ARRAY['crontab'::text, 'config'::text, 'task'::text, 'dynamic'::text])),
  constraint cron_task_check CHECK (length(task) >= 1 AND length(task) <= 128),
  constraint cron_time_zone_check CHECK (length(time_zone) <= 64)
) with (fillfactor=70);
comment on table background.cron is 'recurring schedules; jobs exist for every tick until last_tick that was not skipped';

create table background.deferred (
  run_at timestamp with time zone not null,
  id bigint not null,
  constraint deferred_pkey PRIMARY KEY (run_at, id)
);
comment on table background.deferred is 'jobs due later; promoted to ready or member';

create table background.finished (
  id bigint not null,
  finished_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  run_at timestamp with time zone not null,
  ms integer,
  priority smallint not null,
  attempt smallint not null,
  state smallint not null,
  task text not null,
  queue text,
  key text,
  tags text[],
  flags text[],
  payload json not null,
  result json,
  error json,
  logs json,
  max_attempts smallint
) partition by RANGE (expires_at);
create index finished_id on background.finished (id);
create index finished_key on background.finished (key, id) WHERE (key IS NOT NULL);
create index finished_unsuccessful on background.finished (state, id) WHERE (state <> 1);
comment on table background.finished is 'finished jobs, partitioned by the day they expire; state 1 completed, 2 cancelled, 3 discarded';
comment on column background.finished.logs is 'as in job; gone with the history of the job';

create table background.finished_default partition of background.finished DEFAULT;

create table background.job (
  id bigint generated by default as identity not null,
  run_at timestamp with time zone not null,
  created_at timestamp with time zone default now() not null,
  priority smallint default 0 not null,
  attempt smallint default 0 not null,
  max_attempts smallint default 25 not null,
  crashes smallint default 0 not null,
  lane integer default 0 not null,
  task text not null,
  queue text,
  key text,
  tags text[],
  flags text[],
  payload json not null,
  error json,
  logs json,
  constraint job_pkey PRIMARY KEY (id)
);
comment on table background.job is 'unfinished jobs; attempt counts those already used';
comment on column background.job.logs is 'what its last attempts have logged: an array of attempt, dropped and lines; null when nothing';

create table background.job_key (
  key text not null,
  job_id bigint not null,
  constraint job_key_pkey PRIMARY KEY (key),
  constraint job_key_key_check CHECK (length(key) >= 1 AND length(key) <= 512)
);
comment on table background.job_key is 'which job has a key; one that lost its key to another while it ran is not retried';

create table background.lane (
  id integer generated always as identity not null,
  task text,
  flags text[] default '{}'::text[] not null,
  constraint lane_pkey PRIMARY KEY (id)
);
CREATE INDEX lane_flags ON background.lane USING hash (flags);
create index lane_task on background.lane (task);
comment on table background.lane is 'where jobs wait that not every worker takes: those with flags, and those of a task that some worker does not know; all others are in lane 0. Two lanes may be for the same: who makes one waits for nobody';

create table background.last_attempt (
  job_id bigint not null,
  constraint last_attempt_pkey PRIMARY KEY (job_id)
);
comment on table background.last_attempt is 'jobs that were removed while they ran: they end with that attempt';

create table background.member (
  queue text collate "C" not null,
  priority smallint not null,
  run_at timestamp with time zone not null,
  id bigint not null,
  constraint member_pkey PRIMARY KEY (queue, priority, run_at, id)
);
comment on table background.member is 'due jobs of queues; deleted by the claim';

create table background.migration (
  name text not null,
  breaking boolean default false not null,
  applied_at timestamp with time zone default now() not null,
  constraint migration_pkey PRIMARY KEY (name),
  constraint breaking TRIGGER DEFERRABLE INITIALLY DEFERRED
);
CREATE CONSTRAINT TRIGGER breaking AFTER INSERT ON background.migration DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.breaking) EXECUTE FUNCTION background.end_workers();

create table background.minute (
  at timestamp with time zone not null,
  worker_id bigint not null,
  completed integer not null,
  failed integer not null,
  ended integer not null,
  ms integer[] not null,
  waited integer[] not null,
  constraint minute_pkey PRIMARY KEY (at, worker_id)
);
comment on table background.minute is 'how many attempts a worker has reported in a minute: completed, failed to come again, ended without success';
comment on column background.minute.ms is 'how many of them took less than 1 ms, 2 ms, 4 ms, ...';
comment on column background.minute.waited is 'how many of them began less than 1 ms, 2 ms, 4 ms, ... after they were due';

create table background.queue (
  name text collate "C" not null,
  concurrency smallint default 1 not null,
  paused_at timestamp with time zone,
  paused_by text,
  paused_reason text,
  constraint queue_pkey PRIMARY KEY (name),
  constraint queue_concurrency_check CHECK (concurrency > 0),
  constraint queue_name_check CHECK (length(name) >= 1 AND length(name) <= 128)
);
comment on table background.queue is 'queues that differ from the default (serial, not paused); all others need no row';

create table background.ready (
  id bigint not null,
  run_at timestamp with time zone not null,
  priority smallint not null,
  lane integer not null
);
create index ready_order on background.ready (lane, priority, run_at, id);
comment on table background.ready is 'due jobs without a queue; deleted by the claim';

create table background.revival (
  job_id bigint not null,
  constraint revival_pkey PRIMARY KEY (job_id),
  constraint revived TRIGGER DEFERRABLE INITIALLY DEFERRED
);
CREATE CONSTRAINT TRIGGER revived AFTER INSERT ON background.revival DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION background.leave_claim();
comment on table background.revival is 'jobs that the present transaction has brought back from history out of an open claim; empty for everybody else';

create table background.slot (
  queue text collate "C" not null,
  number smallint not null,
  claim_id bigint not null,
  constraint slot_pkey PRIMARY KEY (queue, number)
);
create index slot_claim on background.slot (claim_id);
comment on table background.slot is 'places taken in queues: one for a serial queue, at most concurrency for others';

create table background.worker (
  id bigint not null,
  lease_until timestamp with time zone not null,
  started_at timestamp with time zone default now() not null,
  name text not null,
  host text not null,
  pid integer not null,
  version text not null,
  concurrency smallint not null,
  tasks text[] not null,
  told text,
  memory bigint,
  delay integer,
  constraint worker_pkey PRIMARY KEY (id),
  constraint worker_told_check CHECK (told = ANY (ARRAY['quiet'::text, 'stop'::text]))
) with (fillfactor=50);
comment on column background.worker.told is 'what somebody wants of it: quiet takes no more jobs, stop ends it; null: to work';
comment on column background.worker.memory is 'how many bytes of memory its process has, as it last said';
comment on column background.worker.delay is 'for how many milliseconds its event loop was held up at most since the heartbeat before';

CREATE OR REPLACE FUNCTION background.add_job(identifier text, payload json DEFAULT NULL::json, queue_name text DEFAULT NULL::text, run_at timestamp with time zone DEFAULT NULL::timestamp with time zone, max_attempts integer DEFAULT NULL::integer, job_key text DEFAULT NULL::text, priority integer DEFAULT NULL::integer, flags text[] DEFAULT NULL::text[], job_key_mode text DEFAULT 'replace'::text)
 RETURNS background.jobs
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
end $function$;
comment on function background.add_job(text,json,text,timestamp with time zone,integer,text,integer,text[],text) is 'schedules a job; it exists exactly if the transaction commits';
revoke all on function background.add_job(text,json,text,timestamp with time zone,integer,text,integer,text[],text) from public;

CREATE OR REPLACE FUNCTION background.add_jobs(specs background.job_spec[], job_key_preserve_run_at boolean DEFAULT false)
 RETURNS SETOF background.jobs
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
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
end $function$;
comment on function background.add_jobs(background.job_spec[],boolean) is 'schedules jobs, all or none; their rows come in the order of specs';
revoke all on function background.add_jobs(background.job_spec[],boolean) from public;

CREATE OR REPLACE FUNCTION background.append_items(items json, more json)
 RETURNS json
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select case when json_array_length(items) = 0 then more
              when json_array_length(more) = 0 then items
              else (regexp_replace(items::text, '\]\s*$', '') || ',' || regexp_replace(more::text, '^\s*\[', ''))::json end
$function$;
comment on function background.append_items(json,json) is 'one array after the other, each item with the text it was given';
revoke all on function background.append_items(json,json) from public;

CREATE OR REPLACE FUNCTION background.are_flags(flags text[])
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select cardinality(flags) <= 16 and coalesce(bool_and(background.is_name(flag, 64)), true) from unnest(flags) flag
$function$;
revoke all on function background.are_flags(text[]) from public;

CREATE OR REPLACE FUNCTION background.cancel_job(job_id bigint)
 RETURNS SETOF background.jobs
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  job background.job;
begin
  job := background.take_waiting(cancel_job.job_id);
  if job.id is not null then
    return next background.end_job(job, 'cancelled', '{"name":"CancelJob","message":"cancelled"}');
    return;
  end if;
  select j.* into job from background.job j where j.id = cancel_job.job_id;
  if exists (select from background.claim where job.id = any (ids)) then
    insert into background.cancellation (job_id, reason) values (job.id, 'cancelled') on conflict do nothing;
    perform pg_notify('background', 'cancel');
    return next background.seen(job);
  end if;
end $function$;
comment on function background.cancel_job(bigint) is 'cancels a job; of one that runs the worker is told to cancel it';
revoke all on function background.cancel_job(bigint) from public;

CREATE OR REPLACE FUNCTION background.check_flags(what text, flags text[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  flag text;
begin
  if cardinality(flags) > 16 then
    perform background.refuse(format('%s has %s elements', what, cardinality(flags)), format('%s is an array of at most 16 words', what));
  end if;
  foreach flag in array flags loop
    perform background.check_name('a word in ' || what, flag, 64);
  end loop;
end $function$;
revoke all on function background.check_flags(text,text[]) from public;

CREATE OR REPLACE FUNCTION background.check_name(what text, value text, longest integer)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if background.is_name(value, longest) then return; end if;
  perform background.refuse(format('%s is %s', what, background.shown(value)),
                            format('%s is text of 1 to %s characters, without control characters', what, longest));
end $function$;
revoke all on function background.check_name(text,text,integer) from public;

CREATE OR REPLACE FUNCTION background.check_number(what text, value integer, smallest integer, largest integer)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if value between smallest and largest then return; end if;
  perform background.refuse(format('%s is %s', what, coalesce(value::text, 'null')),
                            format('%s is a whole number from %s to %s', what, smallest, largest));
end $function$;
revoke all on function background.check_number(text,integer,integer,integer) from public;

CREATE OR REPLACE FUNCTION background.check_payload(what text, payload json)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if octet_length(payload::text) > 1048576 then
    perform background.refuse(format('%s takes %s bytes as JSON, the limit is 1048576', what, octet_length(payload::text)),
                              'store the data elsewhere and pass its id');
  end if;
  if not background.is_storable(payload::text) then
    perform background.refuse(format('%s has a NUL character or half a surrogate pair', what), 'take it out, or pass it as base64');
  end if;
end $function$;
revoke all on function background.check_payload(text,json) from public;

CREATE OR REPLACE FUNCTION background.check_time(what text, value timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if background.is_time(value) then return; end if;
  perform background.refuse(format('%s is %s', what, value), format('%s is a time in the years 1 to 9999', what));
end $function$;
revoke all on function background.check_time(text,timestamp with time zone) from public;

CREATE OR REPLACE FUNCTION background.complete_jobs(job_ids bigint[])
 RETURNS SETOF background.jobs
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  job_id bigint;
  job background.job;
begin
  for job_id in select j.id from background.job j where j.id = any (job_ids) order by j.id loop
    job := background.take_waiting(job_id);
    if job.id is not null then return next background.end_job(job, 'completed', null); end if;
  end loop;
end $function$;
comment on function background.complete_jobs(bigint[]) is 'makes jobs that wait count as done';
revoke all on function background.complete_jobs(bigint[]) from public;

CREATE OR REPLACE FUNCTION background.delete_job(job background.job)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  delete from background.job j where j.id = job.id;
  delete from background.job_key
   where ctid = any (array(select k.ctid from background.job_key k where k.key = job.key and k.job_id = job.id for update skip locked));
end $function$;
comment on function background.delete_job(background.job) is 'ends a job that was taken back; a key that is being given to another job is left to that';
revoke all on function background.delete_job(background.job) from public;

CREATE OR REPLACE FUNCTION background.drop_history()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET lock_timeout TO '500ms'
AS $function$
declare
  partition text;
  dropped integer := 0;
begin
  for partition in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'background.finished'::regclass and c.relname ~ '^finished_[0-9]{8}$'
       and to_date(substr(c.relname, 10), 'YYYYMMDD') < (now() at time zone 'utc')::date
     order by c.relname
  loop
    execute format('drop table background.%I', partition);
    dropped := dropped + 1;
  end loop;
  delete from background.finished_default where expires_at < now();
  return dropped;
end $function$;
comment on function background.drop_history() is 'drops the day partitions of which every row has expired';
revoke all on function background.drop_history() from public;

CREATE OR REPLACE FUNCTION background.end_job(job background.job, new_state text, new_error json)
 RETURNS background.jobs
 LANGUAGE plpgsql
AS $function$
declare
  ended background.jobs := background.seen(job);
begin
  perform background.delete_job(job);
  insert into background.finished
         (id, finished_at, expires_at, created_at, run_at, priority, attempt, max_attempts, state, task, queue, key, tags, flags, payload, logs, error)
  values (job.id, now(), now() + interval '7 days', job.created_at, job.run_at, job.priority, job.attempt, job.max_attempts,
          array_position(array['completed', 'cancelled', 'discarded'], new_state),
          job.task, job.queue, job.key, job.tags, job.flags, job.payload, job.logs, new_error);
  ended.state := new_state;
  ended.error := new_error;
  return ended;
end $function$;
comment on function background.end_job(background.job,text,json) is 'moves a job that was taken back to history';
revoke all on function background.end_job(background.job,text,json) from public;

CREATE OR REPLACE FUNCTION background.end_workers()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update background.worker set told = 'stop';
  perform pg_notify('background', 'order');
  return null;
end $function$;
comment on function background.end_workers() is 'tells all workers to stop, for code that made a breaking migration is to come';
revoke all on function background.end_workers() from public;

CREATE OR REPLACE FUNCTION background.enqueue(payloads json, same_task text, tasks text[], queues text[], delays double precision[], times timestamp with time zone[], priorities integer[], attempts integer[], tag_lists text[], flag_lists text[], ring text)
 RETURNS SETOF bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  all_plain boolean := cardinality(flag_lists) = 0 and pg_sequence_last_value('background.lane_id_seq') is null;
begin
  return query
  with asked as (
    select coalesce(s.task, same_task) as task, s.payload, s.queue, s.position,
           coalesce(now() + s.delay * interval '1 millisecond', s.time, now()) as run_at,
           coalesce(s.priority, 0) as priority, coalesce(s.max_attempts, 25) as max_attempts,
           s.tags::text[] as tags, case when s.flags is not null then background.flag_set(s.flags::text[]) end as flags
      from rows from (
             json_array_elements(payloads), unnest(tasks), unnest(queues), unnest(delays), unnest(times),
             unnest(priorities), unnest(attempts), unnest(tag_lists), unnest(flag_lists)
           ) with ordinality as s (payload, task, queue, delay, time, priority, max_attempts, tags, flags, position)),
  stored as (
    insert into background.job as j (task, payload, queue, run_at, priority, max_attempts, tags, flags, lane)
    select a.task, a.payload, a.queue, a.run_at, a.priority, a.max_attempts, a.tags, a.flags, case when all_plain then 0
                when a.flags is not null then background.lane_for(a.task, a.flags)
                else coalesce((select min(l.id) from background.lane l where l.task = a.task and l.flags = '{}'), 0) end
      from asked a order by a.position
    returning j.id, j.lane, j.queue, j.priority, j.run_at),
  free as (
    insert into background.ready (lane, priority, run_at, id)
    select s.lane, s.priority, s.run_at, s.id from stored s where s.queue is null and s.run_at <= now()),
  queued as (
    insert into background.member (queue, priority, run_at, id)
    select s.queue, s.priority, s.run_at, s.id from stored s where s.queue is not null and s.run_at <= now()),
  later as (
    insert into background.deferred (run_at, id) select s.run_at, s.id from stored s where s.run_at > now())
  select s.id from stored s;
  if ring is not null then perform background.wake(ring); end if;
end $function$;
comment on function background.enqueue(json,text,text[],text[],double precision[],timestamp with time zone[],integer[],integer[],text[],text[],text) is 'writes jobs; each column comes as an array, or empty when all have the default. Ids in the order of payloads. ring is what workers that rest are told; null when the caller tells them';
revoke all on function background.enqueue(json,text,text[],text[],double precision[],timestamp with time zone[],integer[],integer[],text[],text[],text) from public;

CREATE OR REPLACE FUNCTION background.enqueue_keyed(payloads json, same_task text, tasks text[], queues text[], delays double precision[], times timestamp with time zone[], priorities integer[], attempts integer[], tag_lists text[], flag_lists text[], key_names text[], key_modes text[], max_waits double precision[], ring text)
 RETURNS SETOF bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  all_plain boolean := cardinality(flag_lists) = 0 and pg_sequence_last_value('background.lane_id_seq') is null;
  item record;
begin
  for item in
    with asked as materialized (
    select coalesce(s.task, same_task) as task, s.payload, s.queue, s.position,
           coalesce(now() + s.delay * interval '1 millisecond', s.time, now()) as run_at,
           coalesce(s.priority, 0) as priority, coalesce(s.max_attempts, 25) as max_attempts,
           s.tags::text[] as tags, case when s.flags is not null then background.flag_set(s.flags::text[]) end as flags,
           s.key, s.mode, s.max_wait * interval '1 millisecond' as max_wait, nextval('background.job_id_seq') as id
      from rows from (
             json_array_elements(payloads), unnest(tasks), unnest(queues), unnest(delays), unnest(times),
             unnest(priorities), unnest(attempts), unnest(tag_lists), unnest(flag_lists), unnest(key_names), unnest(key_modes), unnest(max_waits)
           ) with ordinality as s (payload, task, queue, delay, time, priority, max_attempts, tags, flags, key, mode, max_wait, position)),
    named as materialized (
      insert into background.job_key as k (key, job_id)
      select a.key, min(a.id) from asked a
       where a.key is not null and not (a.mode = 'unsafe_dedupe' and exists (
               select from background.job j where j.id = (select h.job_id from background.job_key h where h.key = a.key)))
       group by a.key order by a.key
          on conflict (key) do update set job_id = excluded.job_id where false returning k.job_id as id),
    stored as (
      insert into background.job as j (id, task, payload, queue, run_at, priority, max_attempts, key, tags, flags, lane)
      select a.id, a.task, a.payload, a.queue, a.run_at, a.priority, a.max_attempts, a.key, a.tags, a.flags, case when all_plain then 0
                when a.flags is not null then background.lane_for(a.task, a.flags)
                else coalesce((select min(l.id) from background.lane l where l.task = a.task and l.flags = '{}'), 0) end
        from asked a where a.key is null or a.id in (select id from named) order by a.position
      returning j.id, j.lane, j.queue, j.priority, j.run_at),
  free as (
    insert into background.ready (lane, priority, run_at, id)
    select s.lane, s.priority, s.run_at, s.id from stored s where s.queue is null and s.run_at <= now()),
  queued as (
    insert into background.member (queue, priority, run_at, id)
    select s.queue, s.priority, s.run_at, s.id from stored s where s.queue is not null and s.run_at <= now()),
  later as (
    insert into background.deferred (run_at, id) select s.run_at, s.id from stored s where s.run_at > now())
    select a.*, a.key is null or a.id in (select id from named) as is_stored from asked a order by a.position
  loop
    if item.is_stored then return next item.id; continue; end if;
    return next background.put_keyed(item.key, item.mode, item.task, item.payload, item.queue, item.run_at, item.priority,
                                     item.max_attempts, item.tags, item.flags, item.max_wait);
  end loop;
  if ring is not null then perform background.wake(ring); end if;
end $function$;
comment on function background.enqueue_keyed(json,text,text[],text[],double precision[],timestamp with time zone[],integer[],integer[],text[],text[],text[],text[],double precision[],text) is 'as enqueue, for jobs of which some have a key. What nothing has the key of is written at once, the others then one after the other';
revoke all on function background.enqueue_keyed(json,text,text[],text[],double precision[],timestamp with time zone[],integer[],integer[],text[],text[],text[],text[],double precision[],text) from public;

CREATE OR REPLACE FUNCTION background.enqueue_one(task text, payload json, queue text, run_at timestamp with time zone, priority integer, max_attempts integer, tags text[], flags text[], key text, mode text, max_wait interval, ring text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
end $function$;
comment on function background.enqueue_one(text,json,text,timestamp with time zone,integer,integer,text[],text[],text,text,interval,text) is 'writes one job, under a key or without; ring as in enqueue';
revoke all on function background.enqueue_one(text,json,text,timestamp with time zone,integer,integer,text[],text[],text,text,interval,text) from public;

CREATE OR REPLACE FUNCTION background.find_job(job_id bigint)
 RETURNS background.jobs
 LANGUAGE plpgsql
 STABLE
 SET enable_seqscan TO 'off'
AS $function$
declare
  job background.job;
begin
  select j.* into job from background.job j where j.id = job_id;
  return case when found then background.seen(job) end;
end $function$;
comment on function background.find_job(bigint) is 'the job that has this id, as seen shows it; null when it has ended';
revoke all on function background.find_job(bigint) from public;

CREATE OR REPLACE FUNCTION background.flag_set(flags text[])
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select nullif(array(select distinct f collate "C" from unnest(flags) f order by 1), '{}')
$function$;
comment on function background.flag_set(text[]) is 'flags in the one order in which they are stored; null when there are none';
revoke all on function background.flag_set(text[]) from public;

CREATE OR REPLACE FUNCTION background.force_unlock_workers(worker_ids text[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  ended integer;
begin
  update background.worker w set lease_until = '-infinity' where w.id::text = any (worker_ids) or w.name = any (worker_ids);
  get diagnostics ended = row_count;
  return ended;
end $function$;
comment on function background.force_unlock_workers(text[]) is 'ends the leases of workers, by id or name: within seconds others have their jobs. Answers how many';
revoke all on function background.force_unlock_workers(text[]) from public;

CREATE OR REPLACE FUNCTION background.hurry(job background.job)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  if job.run_at <= now() then
    return exists (select from background.revival r where r.job_id = job.id)
        or not exists (select from background.claim where job.id = any (ids));
  end if;
  job := background.take_waiting(job.id);
  if job.id is null then return false; end if;
  update background.job j set run_at = least(j.run_at, now()) where j.id = job.id returning j.* into job;
  perform background.make_wait(job);
  return true;
end $function$;
comment on function background.hurry(background.job) is 'makes a job due; false when it runs';
revoke all on function background.hurry(background.job) from public;

CREATE OR REPLACE FUNCTION background.is_full(items json, more json)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select octet_length(items::text) + octet_length(more::text) > 1048576
     and json_typeof(items) = 'array' and json_typeof(more) = 'array'
$function$;
comment on function background.is_full(json,json) is 'whether a batch has no room for more items: then it goes its own way, without the key, and a new one begins';
revoke all on function background.is_full(json,json) from public;

CREATE OR REPLACE FUNCTION background.is_job(identifier text, payload json, queue_name text, run_at timestamp with time zone, max_attempts integer, job_key text, priority integer, flags text[])
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select background.is_name(identifier, 128)
     and (queue_name is null or background.is_name(queue_name, 128))
     and (job_key is null or background.is_name(job_key, 512))
     and (run_at is null or background.is_time(run_at))
     and (max_attempts is null or max_attempts between 1 and 32767)
     and (priority is null or priority between -32768 and 32767)
     and (flags is null or background.are_flags(flags))
     and (payload is null or octet_length(payload::text) <= 1048576 and background.is_storable(payload::text))
$function$;
comment on function background.is_job(text,json,text,timestamp with time zone,integer,text,integer,text[]) is 'whether these can be a job; null stands for what has a default';
revoke all on function background.is_job(text,json,text,timestamp with time zone,integer,text,integer,text[]) from public;

CREATE OR REPLACE FUNCTION background.is_name(value text, longest integer)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select coalesce(length(value) between 1 and longest and value !~ E'[\\u0001-\\u001f\\u007f-\\u009f]', false)
$function$;
revoke all on function background.is_name(text,integer) from public;

CREATE OR REPLACE FUNCTION background.is_storable(json_text text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select strpos(json_text, E'\\u') = 0 or regexp_replace(
           replace(json_text, E'\\\\', ''), E'\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}', '', 'g'
         ) !~ E'\\\\u(0000|[dD][89a-fA-F])'
$function$;
comment on function background.is_storable(text) is 'whether JSON is without NUL and without halves of surrogate pairs';
revoke all on function background.is_storable(text) from public;

CREATE OR REPLACE FUNCTION background.is_time(value timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select value between timestamptz '0001-01-01 00:00:00+00' and timestamptz '9999-12-31 00:00:00+00'
$function$;
comment on function background.is_time(timestamp with time zone) is 'whether JavaScript has such a time too';
revoke all on function background.is_time(timestamp with time zone) from public;

CREATE OR REPLACE FUNCTION background.lane_for(task text, flags text[])
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
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
end $function$;
comment on function background.lane_for(text,text[]) is 'the lane for jobs of a task with these flags, made when there is none';
revoke all on function background.lane_for(text,text[]) from public;

CREATE OR REPLACE FUNCTION background.leave_claim()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  update background.claim c set ids = array_remove(c.ids, new.job_id) where new.job_id = any (c.ids);
  delete from background.revival r where r.job_id = new.job_id;
  return null;
end $function$;
comment on function background.leave_claim() is 'takes a job that was brought back out of the claim in which it was completed';
revoke all on function background.leave_claim() from public;

CREATE OR REPLACE FUNCTION background.make_wait(job background.job)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if job.run_at > now() then
    insert into background.deferred (run_at, id) values (job.run_at, job.id);
  elsif job.queue is not null then
    insert into background.member (queue, priority, run_at, id) values (job.queue, job.priority, job.run_at, job.id);
  else
    insert into background.ready (lane, priority, run_at, id) values (job.lane, job.priority, job.run_at, job.id);
  end if;
end $function$;
comment on function background.make_wait(background.job) is 'puts the waiting row of a job where its due time and queue say';
revoke all on function background.make_wait(background.job) from public;

CREATE OR REPLACE FUNCTION background.pause_queue(name text, reason text DEFAULT NULL::text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  perform background.check_name('name', name, 128);
  if reason is not null then perform background.check_name('reason', reason, 1000); end if;
  insert into background.queue as q (name, paused_at, paused_by, paused_reason)
    values (pause_queue.name, now(), session_user, pause_queue.reason)
    on conflict on constraint queue_pkey do update
    set paused_at = excluded.paused_at, paused_by = excluded.paused_by, paused_reason = excluded.paused_reason
    where q.paused_at is null;
  return found;
end $function$;
comment on function background.pause_queue(text,text) is 'lets the jobs of a queue wait; those that run go on. False when it was paused already';
revoke all on function background.pause_queue(text,text) from public;

CREATE OR REPLACE FUNCTION background.payload_of_tick(payload json, ts text, backfilled boolean)
 RETURNS json
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select case when json_typeof(payload) <> 'object' then payload
              else (regexp_replace(payload::text, '\s*\}\s*$', '')
                    || case when payload::text ~ '^\s*\{\s*\}\s*$' then '' else ',' end
                    || '"_cron":' || json_build_object('ts', ts, 'backfilled', backfilled)::text || '}')::json end
$function$;
comment on function background.payload_of_tick(json,text,boolean) is 'the payload of a cron entry, an object with _cron added, each value with the text it was given';
revoke all on function background.payload_of_tick(json,text,boolean) from public;

CREATE OR REPLACE FUNCTION background.permanently_fail_jobs(job_ids bigint[], error_message text DEFAULT NULL::text)
 RETURNS SETOF background.jobs
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  job_id bigint;
  job background.job;
  message text := coalesce(left(error_message, 4000), 'Manually marked as failed');
begin
  for job_id in select j.id from background.job j where j.id = any (job_ids) order by j.id loop
    job := background.take_waiting(job_id);
    if job.id is not null then
      return next background.end_job(
        -- Without the cause of the cause: a job may be failed and brought back any number of times.
        job, 'discarded', json_strip_nulls(json_build_object('name', 'DiscardJob', 'message', message, 'cause',
          case when job.error is not null then json_build_object(
            'name', job.error -> 'name', 'message', job.error -> 'message', 'stack', job.error -> 'stack') end)));
    end if;
  end loop;
end $function$;
comment on function background.permanently_fail_jobs(bigint[],text) is 'discards jobs that wait; retry_jobs brings them back';
revoke all on function background.permanently_fail_jobs(bigint[],text) from public;

CREATE OR REPLACE FUNCTION background.prepare_history(keep_days integer[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET lock_timeout TO '500ms'
AS $function$
declare
  day date;
  partition text;
  made integer := 0;
begin
  if not pg_try_advisory_xact_lock(hashtext('background.prepare_history')) then return 0; end if;
  for day in
    select distinct (now() at time zone 'utc')::date + kept + ahead
      from unnest(keep_days) kept cross join generate_series(0, 2) ahead
  loop
    partition := 'finished_' || to_char(day, 'YYYYMMDD');
    continue when to_regclass('background.' || partition) is not null;
    -- Who is about to insert waits here, before it is decided into which partition: the default one would refuse what
    -- the new one is for. Nor may anything fall into that between the move of the strays and the attachment.
    lock table only background.finished in share row exclusive mode;
    lock table background.finished_default in access exclusive mode;
    execute format('create table background.%I (like background.finished including defaults)', partition);
    execute format(
      'with stray as (delete from background.finished_default where expires_at >= %2$L and expires_at < %3$L returning *)
       insert into background.%1$I select * from stray',
      partition, day::timestamp at time zone 'utc', (day + 1)::timestamp at time zone 'utc');
    execute format('alter table background.finished attach partition background.%I for values from (%L) to (%L)',
      partition, day::timestamp at time zone 'utc', (day + 1)::timestamp at time zone 'utc');
    made := made + 1;
  end loop;
  return made;
end $function$;
comment on function background.prepare_history(integer[]) is 'makes the day partitions for jobs kept that many days, today and the next two';
revoke all on function background.prepare_history(integer[]) from public;

CREATE OR REPLACE FUNCTION background.put_job(task text, payload json, queue text, run_at timestamp with time zone, priority integer, max_attempts integer, key text, tags text[], flags text[], job_id bigint DEFAULT nextval('background.job_id_seq'::regclass))
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
  lane integer := 0;
begin
  -- The sequence tells without a query whether there has ever been a lane.
  if flags is not null or pg_sequence_last_value('background.lane_id_seq') is not null then
    lane := background.lane_for(task, flags);
  end if;
  if run_at > now() then 
    with stored as (
      insert into background.job (id, run_at, priority, max_attempts, lane, task, queue, key, tags, flags, payload)
        values (job_id, run_at, priority, max_attempts, lane, task, queue, key, tags, flags, payload) returning id)
    insert into background.deferred (run_at, id) select run_at, id from stored;
  elsif queue is not null then 
    with stored as (
      insert into background.job (id, run_at, priority, max_attempts, lane, task, queue, key, tags, flags, payload)
        values (job_id, run_at, priority, max_attempts, lane, task, queue, key, tags, flags, payload) returning id)
    insert into background.member (queue, priority, run_at, id) select queue, priority, run_at, id from stored;
  else 
    with stored as (
      insert into background.job (id, run_at, priority, max_attempts, lane, task, queue, key, tags, flags, payload)
        values (job_id, run_at, priority, max_attempts, lane, task, queue, key, tags, flags, payload) returning id)
    insert into background.ready (lane, priority, run_at, id) select lane, priority, run_at, id from stored;
  end if;
  return job_id;
end $function$;
comment on function background.put_job(text,json,text,timestamp with time zone,integer,integer,text,text[],text[],bigint) is 'writes one job that waits; its flags are those of flag_set';
revoke all on function background.put_job(text,json,text,timestamp with time zone,integer,integer,text,text[],text[],bigint) from public;

CREATE OR REPLACE FUNCTION background.put_keyed(new_key text, mode text, new_task text, new_payload json, new_queue text, new_run_at timestamp with time zone, new_priority integer, new_max_attempts integer, new_tags text[], new_flags text[], max_wait interval)
 RETURNS bigint
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
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
end $function$;
comment on function background.put_keyed(text,text,text,json,text,timestamp with time zone,integer,integer,text[],text[],interval) is 'writes a job under a key: replaces the waiting one that has it, or makes one. However often it is replaced, it is due max_wait after it was first scheduled';
revoke all on function background.put_keyed(text,text,text,json,text,timestamp with time zone,integer,integer,text[],text[],interval) from public;

CREATE OR REPLACE FUNCTION background.refuse(problem text, advice text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  raise exception using errcode = 'KB001', message = problem, hint = advice;
end $function$;
comment on function background.refuse(text,text) is 'raises the error of the SQL API: SQLSTATE KB001, what is wrong, and what to do';
revoke all on function background.refuse(text,text) from public;

CREATE OR REPLACE FUNCTION background.refuse_job(place text, identifier text, payload json, queue_name text, run_at timestamp with time zone, max_attempts integer, job_key text, priority integer, flags text[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  perform background.check_name(place || 'identifier', identifier, 128);
  if queue_name is not null then perform background.check_name(place || 'queue_name', queue_name, 128); end if;
  if job_key is not null then perform background.check_name(place || 'job_key', job_key, 512); end if;
  if run_at is not null then perform background.check_time(place || 'run_at', run_at); end if;
  if max_attempts is not null then perform background.check_number(place || 'max_attempts', max_attempts, 1, 32767); end if;
  if priority is not null then perform background.check_number(place || 'priority', priority, -32768, 32767); end if;
  if flags is not null then perform background.check_flags(place || 'flags', flags); end if;
  if payload is not null then perform background.check_payload(place || 'payload', payload); end if;
end $function$;
comment on function background.refuse_job(text,text,json,text,timestamp with time zone,integer,text,integer,text[]) is 'says what keeps these from being a job';
revoke all on function background.refuse_job(text,text,json,text,timestamp with time zone,integer,text,integer,text[]) from public;

CREATE OR REPLACE FUNCTION background.remove_job(job_id bigint)
 RETURNS SETOF background.jobs
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  job background.job;
  removed background.jobs;
begin
  job := background.take_waiting(remove_job.job_id);
  if job.id is not null then
    removed := background.seen(job);
    perform background.delete_job(job);
    return next removed;
    return;
  end if;
  select j.* into job from background.job j where j.id = remove_job.job_id;
  if exists (select from background.claim where job.id = any (ids)) then
    insert into background.last_attempt (job_id) values (job.id) on conflict do nothing;
    delete from background.job_key k where k.key = job.key and k.job_id = job.id;
    return next background.seen(job);
  end if;
end $function$;
comment on function background.remove_job(bigint) is 'deletes a job; one that runs is not, but it loses its key and is not tried again';
revoke all on function background.remove_job(bigint) from public;

CREATE OR REPLACE FUNCTION background.remove_job(job_key text)
 RETURNS SETOF background.jobs
 LANGUAGE plpgsql
 STRICT SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  id bigint;
begin
  perform pg_advisory_xact_lock(hashtext('background.job_key'), hashtext(job_key));
  select k.job_id into id from background.job_key k where k.key = job_key for update;
  return query select * from background.remove_job(id);
end $function$;
comment on function background.remove_job(text) is 'deletes the job that has this key; one that runs is not, but it loses its key and is not tried again';
revoke all on function background.remove_job(text) from public;

CREATE OR REPLACE FUNCTION background.reschedule_jobs(job_ids bigint[], run_at timestamp with time zone DEFAULT NULL::timestamp with time zone, priority integer DEFAULT NULL::integer, attempts integer DEFAULT NULL::integer, max_attempts integer DEFAULT NULL::integer)
 RETURNS SETOF background.jobs
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  job_id bigint;
  job background.job;
begin
  if run_at is not null then perform background.check_time('run_at', run_at); end if;
  if priority is not null then perform background.check_number('priority', priority, -32768, 32767); end if;
  if attempts is not null then perform background.check_number('attempts', attempts, 0, 32766); end if;
  if max_attempts is not null then perform background.check_number('max_attempts', max_attempts, 1, 32767); end if;
  for job_id in select j.id from background.job j where j.id = any (job_ids) order by j.id loop
    job := background.take_waiting(job_id);
    continue when job.id is null;
    update background.job j
       set run_at = coalesce(reschedule_jobs.run_at, j.run_at), priority = coalesce(reschedule_jobs.priority, j.priority),
           attempt = coalesce(reschedule_jobs.attempts, j.attempt), max_attempts = coalesce(reschedule_jobs.max_attempts, j.max_attempts)
     where j.id = job.id returning j.* into job;
    perform background.make_wait(job);
    return next background.seen(job);
  end loop;
  perform background.wake('free queued later');
end $function$;
comment on function background.reschedule_jobs(bigint[],timestamp with time zone,integer,integer,integer) is 'changes when and how jobs that wait are to run; null leaves as it is, 0 is a value';
revoke all on function background.reschedule_jobs(bigint[],timestamp with time zone,integer,integer,integer) from public;

CREATE OR REPLACE FUNCTION background.resume_queue(name text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  was_paused boolean;
begin
  update background.queue q set paused_at = null, paused_by = null, paused_reason = null
   where q.name = resume_queue.name and q.paused_at is not null;
  was_paused := found;
  delete from background.queue q where q.name = resume_queue.name and q.paused_at is null and q.concurrency = 1;
  if was_paused then perform background.wake('queued'); end if;
  return was_paused;
end $function$;
comment on function background.resume_queue(text) is 'lets the jobs of a queue run again; false when it was not paused';
revoke all on function background.resume_queue(text) from public;

CREATE OR REPLACE FUNCTION background.retry_jobs(job_ids bigint[])
 RETURNS SETOF background.jobs
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  job background.job;
  past background.finished;
  due bigint[];
begin
  for job in select j.* from background.job j where j.id = any (job_ids) order by j.id loop
    if background.hurry(job) then due := due || job.id; end if;
  end loop;
  for past in delete from background.finished h where h.id = any (job_ids) returning h.* loop
    due := due || background.revive(past);
  end loop;
  perform background.wake('free queued');
  return query select s.* from background.job j cross join lateral background.seen(j) s where j.id = any (due) order by j.id;
end $function$;
comment on function background.retry_jobs(bigint[]) is 'makes jobs due that wait for their time or have finished; those come back with all their attempts';
revoke all on function background.retry_jobs(bigint[]) from public;

CREATE OR REPLACE FUNCTION background.revive(past background.finished)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
declare
  has_key boolean := false;
  job background.job;
begin
  if past.key is not null and pg_try_advisory_xact_lock(hashtext('background.job_key'), hashtext(past.key)) then
    insert into background.job_key (key, job_id) values (past.key, past.id) on conflict do nothing;
    has_key := found;
  end if;
  insert into background.revival (job_id)
    select past.id where exists (select from background.claim c where past.id = any (c.ids)) on conflict do nothing;
  delete from background.cancellation c where c.job_id = past.id;
  delete from background.last_attempt l where l.job_id = past.id;
  insert into background.job (id, run_at, created_at, priority, max_attempts, lane, task, queue, key, tags, flags, payload, error, logs)
    values (past.id, now(), past.created_at, past.priority, coalesce(past.max_attempts, 25), background.lane_for(past.task, past.flags),
            past.task, past.queue, case when has_key then past.key end, past.tags, past.flags, past.payload, past.error, past.logs)
    returning * into job;
  perform background.make_wait(job);
  return job.id;
end $function$;
comment on function background.revive(background.finished) is 'makes a job of history wait again, with its key unless another has that now';
revoke all on function background.revive(background.finished) from public;

CREATE OR REPLACE FUNCTION background.schedule_keyed(new_key text, mode text, new_task text, new_payload json, new_queue text, new_run_at timestamp with time zone, new_priority integer, new_max_attempts integer, new_tags text[], new_flags text[] DEFAULT NULL::text[], max_wait interval DEFAULT NULL::interval)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_advisory_xact_lock(hashtext('background.job_key'), hashtext(new_key));
  return background.put_keyed(new_key, mode, new_task, new_payload, new_queue, new_run_at, new_priority, new_max_attempts,
                              new_tags, new_flags, max_wait);
end $function$;
comment on function background.schedule_keyed(text,text,text,json,text,timestamp with time zone,integer,integer,text[],text[],interval) is 'as put_keyed. Its lock is for those who would rather go without the key than wait for it; what is exact is the row, of which a transaction may have any number';
revoke all on function background.schedule_keyed(text,text,text,json,text,timestamp with time zone,integer,integer,text[],text[],interval) from public;

CREATE OR REPLACE FUNCTION background.seen(job background.job)
 RETURNS background.jobs
 LANGUAGE sql
 STABLE
 SET enable_seqscan TO 'off'
AS $function$
  select job.id, job.task, job.queue,
         case when c.worker_id is not null then 'running'
              when job.run_at > now() then case when job.attempt > 0 then 'retryable' else 'scheduled' end
              else 'available' end,
         job.priority, job.run_at, job.created_at, job.attempt, job.max_attempts, job.crashes,
         (select k.key from background.job_key k where k.key = job.key and k.job_id = job.id),
         job.tags, job.flags, job.payload, job.error, c.worker_id, c.claimed_at
    from (select) one
    left join lateral (select worker_id, claimed_at from background.claim where job.id = any (ids)
                          and not exists (select from background.revival r where r.job_id = job.id) limit 1) c on true
$function$;
comment on function background.seen(background.job) is 'the job as background.jobs shows it, without reading all claims apart';
revoke all on function background.seen(background.job) from public;

CREATE OR REPLACE FUNCTION background.settled_until(entry background.cron)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
AS $function$
  select greatest(entry.known_since, entry.resumed_at, entry.last_tick)
$function$;
comment on function background.settled_until(background.cron) is 'ticks until then are nobody''s business any more';
revoke all on function background.settled_until(background.cron) from public;

CREATE OR REPLACE FUNCTION background.shown(value text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select case when value is null then 'null'
              when length(value) > 60 then format('text of %s characters', length(value))
              else to_json(value)::text end
$function$;
revoke all on function background.shown(text) from public;

CREATE OR REPLACE FUNCTION background.some_items(items json, positions integer[])
 RETURNS json
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select case when positions is null then items
              else (select ('[' || coalesce(string_agg(i.item::text, ',' order by i.position), '') || ']')::json
                      from json_array_elements(items) with ordinality as i (item, position)
                     where i.position = any (positions)) end
$function$;
comment on function background.some_items(json,integer[]) is 'an array of those items, each with the text it was given; null positions mean all';
revoke all on function background.some_items(json,integer[]) from public;

CREATE OR REPLACE FUNCTION background.somebody_rests()
 RETURNS boolean
 LANGUAGE sql
AS $function$
  select case when pg_try_advisory_lock(hashtext('background'), hashtext('rest'))
              then not pg_advisory_unlock(hashtext('background'), hashtext('rest')) else pg_notification_queue_usage() < 0.5 end
$function$;
comment on function background.somebody_rests() is 'whether a worker waits for a notification that can be sent. Those that wait share a lock; one that dies lets go of it. A commit that brings one into a full queue fails: when somebody lets it fill up, workers look for themselves';
revoke all on function background.somebody_rests() from public;

CREATE OR REPLACE FUNCTION background.take_back(job background.job)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
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
end $function$;
comment on function background.take_back(background.job) is 'deletes the waiting row of a job where that says it is; false when it is not there';
revoke all on function background.take_back(background.job) from public;

CREATE OR REPLACE FUNCTION background.take_waiting(wanted bigint)
 RETURNS background.job
 LANGUAGE plpgsql
AS $function$
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
end $function$;
comment on function background.take_waiting(bigint) is 'takes a job back from where it waits, so that nobody else changes it, and answers with it; null when a worker has claimed it';
revoke all on function background.take_waiting(bigint) from public;

CREATE OR REPLACE FUNCTION background.wake(what text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  -- Only after writing: a worker that goes to rest now then knows of this transaction, and waits for its end.
  if background.somebody_rests() then perform pg_notify('background', what); end if;
end $function$;
comment on function background.wake(text) is 'tells workers on commit that there are jobs, and says nothing while all are busy and will look anyway: a commit with a notification waits for all others that have one';
revoke all on function background.wake(text) from public;

create view background.crons as
-- name text collate "C"
-- task text
-- expression text
-- time_zone text
-- source text
-- paused_at timestamp with time zone
-- last_tick timestamp with time zone
-- missed text
-- fill interval
-- cap smallint
-- payload json
-- queue text
-- priority smallint
-- max_attempts smallint
-- key text
-- key_mode text
-- tags text[]
-- known_since timestamp with time zone
-- recent_jobs bigint[]
 SELECT name,
    task,
    expression,
    time_zone,
    source,
    paused_at,
    last_tick,
    missed,
    fill,
    cap,
    payload,
    queue,
    priority,
    max_attempts,
    key,
    key_mode,
    tags,
    known_since,
    recent_jobs
   FROM background.cron;
comment on view background.crons is 'recurring schedules; recent_jobs are the ids of the last jobs, newest first';

create view background.history as
-- id bigint
-- task text
-- queue text
-- state text
-- priority smallint
-- run_at timestamp with time zone
-- created_at timestamp with time zone
-- finished_at timestamp with time zone
-- ms integer
-- attempt smallint
-- key text
-- tags text[]
-- flags text[]
-- payload json
-- result json
-- error json
-- expires_at timestamp with time zone
 SELECT id,
    task,
    queue,
    (ARRAY['completed'::text, 'cancelled'::text, 'discarded'::text])[state] AS state,
    priority,
    run_at,
    created_at,
    finished_at,
    ms,
    attempt,
    key,
    tags,
    flags,
    payload,
    result,
    error,
    expires_at
   FROM background.finished h;
comment on view background.history is 'what became of finished jobs, as long as they are kept';

create view background.jobs as
-- id bigint
-- task text
-- queue text
-- state text
-- priority smallint
-- run_at timestamp with time zone
-- created_at timestamp with time zone
-- attempt smallint
-- max_attempts smallint
-- crashes smallint
-- key text
-- tags text[]
-- flags text[]
-- payload json
-- error json
-- worker_id bigint
-- claimed_at timestamp with time zone
 SELECT j.id,
    j.task,
    j.queue,
        CASE
            WHEN c.id IS NOT NULL THEN 'running'::text
            WHEN j.run_at > now() AND j.attempt > 0 THEN 'retryable'::text
            WHEN j.run_at > now() THEN 'scheduled'::text
            ELSE 'available'::text
        END AS state,
    j.priority,
    j.run_at,
    j.created_at,
    j.attempt,
    j.max_attempts,
    j.crashes,
    ( SELECT k.key
           FROM background.job_key k
          WHERE k.key = j.key AND k.job_id = j.id) AS key,
    j.tags,
    j.flags,
    j.payload,
    j.error,
    c.worker_id,
    c.claimed_at
   FROM background.job j
     LEFT JOIN ( SELECT unnest(claim.ids) AS id,
            claim.worker_id,
            claim.claimed_at
           FROM background.claim) c ON c.id = j.id;
comment on view background.jobs is 'every unfinished job and its state';

create view background.queues as
-- name text collate "C"
-- concurrency integer
-- paused_at timestamp with time zone
-- paused_by text
-- paused_reason text
-- available bigint
-- running bigint
 SELECT q.name,
    COALESCE(c.concurrency::integer, 1) AS concurrency,
    c.paused_at,
    c.paused_by,
    c.paused_reason,
    COALESCE(q.waiting, 0::bigint) AS available,
    COALESCE(q.taken, 0::bigint) AS running
   FROM ( SELECT COALESCE(m.queue, s.queue, c_1.name) AS name,
            m.waiting,
            s.taken
           FROM ( SELECT member.queue,
                    count(*) AS waiting
                   FROM background.member
                  GROUP BY member.queue) m
             FULL JOIN ( SELECT slot.queue,
                    count(*) AS taken
                   FROM background.slot
                  GROUP BY slot.queue) s ON s.queue = m.queue
             FULL JOIN background.queue c_1 ON c_1.name = COALESCE(m.queue, s.queue)) q
     LEFT JOIN background.queue c ON c.name = q.name;
comment on view background.queues is 'queues that have due jobs, taken slots or settings of their own; running counts taken slots';

create view background.workers as
-- id bigint
-- name text
-- host text
-- pid integer
-- version text
-- concurrency smallint
-- tasks text[]
-- started_at timestamp with time zone
-- lease_until timestamp with time zone
-- alive boolean
-- claimed bigint
-- told text
-- memory bigint
-- delay integer
 SELECT id,
    name,
    host,
    pid,
    version,
    concurrency,
    tasks,
    started_at,
    lease_until,
    lease_until > clock_timestamp() AS alive,
    ( SELECT count(*) AS count
           FROM background.job j
          WHERE j.id = ANY ((ARRAY( SELECT unnest(c.ids) AS unnest
                   FROM background.claim c
                  WHERE c.worker_id = w.id)))) AS claimed,
    told,
    memory,
    delay
   FROM background.worker w;
comment on view background.workers is 'workers that have not said goodbye; one that is not alive is rescued within seconds';
