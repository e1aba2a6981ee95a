import type { Executor, Row } from '../../framework/executor.ts'
import type { Due } from '../cron-due.ts'
import type { ActiveCron, Settled } from './cron-active.ts'
import { statement } from './statement.ts'

/** An entry and what is due of it. */
export interface DueCron {
  readonly entry: ActiveCron
  readonly due: Due
}

/** What became of an entry that was to be scheduled. */
export interface Ticked {
  readonly name: string
  /** Ours to schedule: the ids of the jobs, one for each tick. Otherwise somebody was faster, or it has to wait. */
  readonly jobs: readonly string[] | undefined
  /** Whether its jobs wait in a queue. */
  readonly queued: boolean
  /** Whether the entry is still the one that was asked about, and not paused. */
  readonly same: boolean
  /** Until when it was settled before this; undefined when it is gone. */
  readonly settled: Settled | undefined
  /** The database's clock, in milliseconds since 1970. */
  readonly now: number
}

const RECENT_JOBS = 20

/**
 * Promises: each tick is scheduled once, whoever tries: jobs are written exactly by the one who moves the entry on
 * from where it is believed to stand, in one statement, so that dying in the middle leaves nothing half done. What
 * has changed since, is paused, or is not due by this server's clock, stays as it is.
 * Indexes: primary key of cron; ready_order and member's key for the new rows.
 * Locks: the entries, skipping those in use, and tries for their job keys: it waits for nobody who holds either.
 */
const TICK = statement(
  'cron_tick',
  `
with asked as materialized (
  select * from json_to_recordset($1::json) as a
         (name text, settled timestamptz, expression text, time_zone text, last timestamptz, ticks json)),
mine as materialized (
  select c.name, c.task, c.payload, c.queue, c.priority, c.max_attempts, c.key, c.key_mode, c.tags, a.last, a.ticks
    from asked a join background.cron c on c.name = a.name
   where background.settled_until(c) = a.settled and a.last <= now()
     and c.expression = a.expression and c.time_zone = a.time_zone and c.paused_at is null
     and (c.key is null or pg_try_advisory_xact_lock(hashtext('background.job_key'), hashtext(c.key)))
     for update of c skip locked),
due as materialized (
  select m.name, m.task, m.queue, m.priority, m.max_attempts, m.key, m.key_mode, m.tags, t.ts::timestamptz as run_at,
         background.payload_of_tick(m.payload, t.ts, t.backfilled) as payload
    from mine m cross join lateral json_to_recordset(m.ticks) as t (ts text, backfilled boolean)),
tick as materialized (
  select d.*, background.lane_for(d.task, null) as lane, case when d.key is null then nextval('background.job_id_seq')
              else background.schedule_keyed(d.key, d.key_mode, d.task, d.payload, d.queue, d.run_at,
                                             d.priority, d.max_attempts, d.tags) end as id
    from due d),
stored as (
  insert into background.job (id, lane, task, payload, queue, run_at, priority, max_attempts, tags)
  select id, lane, task, payload, queue, run_at, priority, max_attempts, tags from tick where key is null),
free as (
  insert into background.ready (lane, priority, run_at, id)
  select lane, priority, run_at, id from tick where key is null and queue is null),
queued as (
  insert into background.member (queue, priority, run_at, id)
  select queue, priority, run_at, id from tick where key is null and queue is not null),
moved as (
  update background.cron c
     set last_tick = m.last,
         recent_jobs = (array(select t.id from tick t where t.name = m.name order by t.run_at desc) || c.recent_jobs)[:${RECENT_JOBS}]
    from mine m where c.name = m.name)
select a.name, m.name is not null, array(select t.id from tick t where t.name = m.name order by t.run_at), m.queue is not null,
       coalesce(c.expression = a.expression and c.time_zone = a.time_zone and c.paused_at is null, false),
       s.until, extract(epoch from s.until) * 1000, extract(epoch from clock_timestamp()) * 1000
  from asked a
  left join mine m on m.name = a.name
  left join background.cron c on c.name = a.name
  left join lateral (select background.settled_until(c) as until) s on c.name is not null
`,
)

/** Schedules what is due; answers for each entry, in any order, what became of it. */
export async function tickCrons(db: Executor, due: readonly DueCron[]): Promise<Ticked[]> {
  const rows = await db.run(TICK, [JSON.stringify(due.map(record))])
  return rows.map(ticked)
}

function record({ entry, due }: DueCron): object {
  return {
    name: entry.name,
    settled: entry.settled.text,
    expression: entry.expression,
    time_zone: entry.timeZone,
    last: iso(due.last),
    ticks: due.ticks.map(({ at, backfilled }) => ({ ts: iso(at), backfilled })),
  }
}

/** Where an entry stands once it was moved on to `last`. */
export function settledAt(last: number): Settled {
  return { text: iso(last), ms: last }
}

function iso(time: number): string {
  return new Date(time).toISOString()
}

function ticked([name, mine, ids, queued, same, text, ms, now]: Row): Ticked {
  return {
    name: name as string,
    jobs: mine === 't' ? idsIn(ids as string) : undefined,
    queued: queued === 't',
    same: same === 't',
    settled: text == null ? undefined : { text, ms: Number(ms) },
    now: Number(now),
  }
}

function idsIn(array: string): string[] {
  return array === '{}' ? [] : array.slice(1, -1).split(',')
}
