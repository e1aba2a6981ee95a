import { type Kysely, sql } from 'kysely'

/** A way to tell a worker something from elsewhere: it reads its order with each heartbeat, which a ring hurries. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(ORDERS).execute(db)
}

const ORDERS = `
alter table background.worker add column told text check (told in ('quiet', 'stop'));
comment on column background.worker.told is 'what somebody wants of it: quiet takes no more jobs, stop ends it; null: to work';

create or replace view background.workers as
select w.id, w.name, w.host, w.pid, w.version, w.concurrency, w.tasks, w.started_at, w.lease_until,
       w.lease_until > clock_timestamp() as alive,
       (select coalesce(sum(cardinality(c.ids)), 0) from background.claim c where c.worker_id = w.id) as claimed,
       w.told
  from background.worker w;
comment on view background.workers is 'workers that have not said goodbye; one that is not alive is rescued within seconds';
`
