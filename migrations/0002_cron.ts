import { type Kysely, sql } from 'kysely'

/**
 * Cron entries. A row is brought here by the workers' code or added at run time, and remembers up to which tick
 * jobs were scheduled: whoever moves that on, in the statement that writes the jobs, is the one who schedules.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(ENTRIES).execute(db)
}

const ENTRIES = `
create table background.cron (
  name text collate "C" primary key check (length(name) between 1 and 128),
  task text not null check (length(task) between 1 and 128),
  expression text not null check (length(expression) <= 256),
  time_zone text not null check (length(time_zone) <= 64),
  payload json not null,
  queue text check (length(queue) between 1 and 128),
  priority smallint not null,
  max_attempts smallint not null check (max_attempts > 0),
  key text check (length(key) between 1 and 512),
  key_mode text not null check (key_mode in ('replace', 'preserve_run_at', 'unsafe_dedupe')),
  tags text[],
  missed text not null check (missed in ('skip', 'once', 'all')),
  fill interval,
  cap smallint not null check (cap > 0),
  source text not null check (source in ('crontab', 'config', 'task', 'dynamic')),
  known_since timestamptz not null default now(),
  paused_at timestamptz,
  resumed_at timestamptz,
  last_tick timestamptz,
  recent_jobs bigint[] not null default '{}'
) with (fillfactor = 70);
comment on table background.cron is 'recurring schedules; jobs exist for every tick until last_tick that was not skipped';

create function background.settled_until(entry background.cron) returns timestamptz language sql stable as $$
  select greatest(entry.known_since, entry.resumed_at, entry.last_tick)
$$;
comment on function background.settled_until is 'ticks until then are nobody''s business any more';

create function background.payload_of_tick(payload json, ts text, backfilled boolean) returns json language sql immutable as $$
  select case when json_typeof(payload) <> 'object' then payload
              else (regexp_replace(payload::text, '\\s*\\}\\s*$', '')
                    || case when payload::text ~ '^\\s*\\{\\s*\\}\\s*$' then '' else ',' end
                    || '"_cron":' || json_build_object('ts', ts, 'backfilled', backfilled)::text || '}')::json end
$$;
comment on function background.payload_of_tick is 'the payload of a cron entry, an object with _cron added, each value with the text it was given';

create view background.crons as
select name, task, expression, time_zone, source, paused_at, last_tick, missed, fill, cap,
       payload, queue, priority, max_attempts, key, key_mode, tags, known_since, recent_jobs
  from background.cron;
comment on view background.crons is 'recurring schedules; recent_jobs are the ids of the last jobs, newest first';
`
