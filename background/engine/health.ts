import type { Executor } from '../../framework/executor.ts'
import type { SchemaHealth, ServerHealth } from '../health.ts'
import { statement } from './statement.ts'

/**
 * Promises nothing beyond what it reads: the server's own views. Needs nothing of ours. Locks: none.
 * Of the transactions in other databases only those that write count: every snapshot of ours is as old as the oldest of those.
 */
const SERVER = statement(
  'health_server',
  `
with sessions as (
  select 'session' as kind, pid::text as name,
         concat_ws(' ', 'a transaction of', nullif(usename, ''), nullif('(' || application_name || ')', '()'),
                   'in process ' || pid, state) as what,
         extract(epoch from clock_timestamp() - xact_start) as seconds
    from pg_stat_activity
   where xact_start < clock_timestamp() - $1 * interval '1 second' and pid <> pg_backend_pid() and backend_type = 'client backend'
     and (datname = current_database() or backend_xid is not null)),
prepared as (
  select 'prepared', gid, 'the prepared transaction ' || gid, extract(epoch from clock_timestamp() - prepared)
    from pg_prepared_xacts where prepared < clock_timestamp() - $1 * interval '1 second'),
slots as (
  select 'slot', slot_name::text, 'the unused replication slot ' || slot_name, 86400
    from pg_replication_slots where not active and (xmin is not null or catalog_xmin is not null)),
holders as (
  select * from sessions union all select * from prepared union all select * from slots)
select json_build_object(
  'version', split_part(current_setting('server_version'), ' ', 1), 'user', current_user,
  'recovering', pg_is_in_recovery(),
  'connections', (select count(*) from pg_stat_activity where backend_type = 'client backend'),
  'maxConnections', current_setting('max_connections')::int,
  'holders', (select coalesce(json_agg(h order by h.seconds desc), '[]') from (select * from holders order by seconds desc limit 20) h))::text
`,
)

/** A transaction that has been open for more than so many seconds counts as one that holds things up. */
const LONG_SECONDS = 60

export async function serverHealth(db: Executor, longSeconds = LONG_SECONDS): Promise<ServerHealth> {
  const [row] = await db.run(SERVER, [longSeconds])
  return JSON.parse(row?.[0] as string)
}

/**
 * Promises nothing beyond what it reads: statistics, rights, and the newest 10,000 jobs. Index: primary key of job.
 * Reads all of worker and queue, which have few rows. Locks: none.
 */
const SCHEMA = statement(
  'health_schema',
  `
with relations as (
  select c.oid, c.relname as name from pg_class c
   where c.relnamespace = 'background'::regnamespace and c.relkind in ('r', 'p')),
newest as materialized (
  select j.task from background.job j order by j.id desc limit 10000),
strangers as (
  select n.task, count(*) as count from newest n group by n.task
  having not exists (select from background.worker w where n.task = any (w.tasks) and w.lease_until > clock_timestamp()))
select json_build_object(
  'migrations', (select coalesce(json_agg(m.name order by m.name), '[]') from background.migration m),
  'tables', (select coalesce(json_agg(json_build_object('name', r.name,
      'live', pg_stat_get_live_tuples(r.oid), 'dead', pg_stat_get_dead_tuples(r.oid)) order by r.name), '[]') from relations r),
  'forbidden', (select coalesce(json_agg(r.name order by r.name), '[]') from relations r
    where r.name in ('job', 'ready', 'member', 'deferred', 'claim', 'slot', 'worker', 'job_key', 'finished')
      and not (has_table_privilege(r.oid, 'select') and has_table_privilege(r.oid, 'insert')
               and (r.name = 'finished' or has_table_privilege(r.oid, 'update') and has_table_privilege(r.oid, 'delete')))),
  'unknownTasks', (select coalesce(json_agg(s order by s.count desc), '[]') from (select * from strangers limit 20) s),
  'workers', (select json_build_object(
      'alive', count(*) filter (where lease_until > clock_timestamp()),
      'lost', count(*) filter (where lease_until <= clock_timestamp()),
      'quiet', count(*) filter (where lease_until > clock_timestamp() and told is not null)) from background.worker),
  'pausedQueues', (select coalesce(json_agg(json_build_object(
      'name', q.name, 'seconds', extract(epoch from clock_timestamp() - q.paused_at)) order by q.paused_at), '[]')
    from background.queue q where q.paused_at is not null))::text
`,
)

export async function schemaHealth(db: Executor): Promise<SchemaHealth> {
  const [row] = await db.run(SCHEMA, [])
  return JSON.parse(row?.[0] as string)
}

/** Promises nothing beyond what it reads: names in the catalogs. Locks: none. */
const OBJECTS = statement(
  'schema_objects',
  `
select 'table ' || c.relname from pg_class c where c.relnamespace = 'background'::regnamespace and c.relkind in ('r', 'p')
union all
select 'column ' || c.relname || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
 where c.relnamespace = 'background'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
union all
select 'index ' || c.relname from pg_class c join pg_index i on i.indexrelid = c.oid
 where c.relnamespace = 'background'::regnamespace and i.indisvalid
union all
select 'view ' || c.relname from pg_class c where c.relnamespace = 'background'::regnamespace and c.relkind = 'v'
union all
select 'function ' || p.proname from pg_proc p where p.pronamespace = 'background'::regnamespace
`,
)

/** What there is in our schema: `table job`, `column job.id`, `index ready_order`, `view jobs`, `function wake`. */
export async function schemaObjects(db: Executor): Promise<Set<string>> {
  return new Set((await db.run(OBJECTS, [])).map(row => row[0] as string))
}

/** Promises nothing beyond what it reads. Locks: none. */
const WHOM = statement('health_whom', 'select pg_backend_pid(), extract(epoch from clock_timestamp()) * 1000')

/** Which process of the server answers, and what time it is there. */
export async function whom(db: Executor): Promise<{ readonly backend: string; readonly time: number }> {
  const [row] = await db.run(WHOM, [])
  return { backend: row?.[0] as string, time: Number(row?.[1]) }
}

/** Promises: whoever listens on that channel hears of it. Locks: the one of notifications, for microseconds. */
const NOTIFY = statement('health_notify', 'select pg_notify($1, $2)')

export async function notify(db: Executor, channel: string, text: string): Promise<void> {
  await db.run(NOTIFY, [channel, text])
}
