import { type Kysely, sql } from 'kysely'

/** For the dashboard: what a worker says of its process with each heartbeat, and what is done with many jobs can be stopped. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(LOAD).execute(db)
  await sql.raw(STOPPED).execute(db)
}

const LOAD = `
alter table background.worker add column memory bigint, add column delay integer;
comment on column background.worker.memory is 'how many bytes of memory its process has, as it last said';
comment on column background.worker.delay is 'for how many milliseconds its event loop was held up at most since the heartbeat before';

create or replace view background.workers as
select w.id, w.name, w.host, w.pid, w.version, w.concurrency, w.tasks, w.started_at, w.lease_until,
       w.lease_until > clock_timestamp() as alive,
       (select count(*) from background.job j
         where j.id = any (array(select unnest(c.ids) from background.claim c where c.worker_id = w.id))) as claimed,
       w.told, w.memory, w.delay
  from background.worker w;
comment on view background.workers is 'workers that have not said goodbye; one that is not alive is rescued within seconds';
`

const STOPPED = `
alter table background.activity add column told_at timestamptz;
comment on column background.activity.told_at is 'when whoever does it last said how far it is';
alter table background.activity drop constraint activity_outcome_check;
alter table background.activity add constraint activity_outcome_check check (outcome in ('done', 'failed', 'stopped'));
`
