import type { Executor, Row } from '../../framework/executor.ts'
import type { Overview, TaskOverview } from '../overview.ts'
import { statement } from './statement.ts'

/** More of them are not counted: an overview of millions must not cost more than one of thousands. */
const MOST_COUNTED = 100_000
const LAST_FINISHED = 10_000

/**
 * Promises nothing beyond what it reads: {@link MOST_COUNTED} jobs of each kind at most.
 * Indexes: primary key of job, finished_id, finished_unsuccessful; ready_order, one probe for each lane. Reads all of
 * worker, lane and claim, which have few rows, and the server's own statistics. Locks: none.
 */
const OVERVIEW = statement(
  'overview',
  `
with unfinished as materialized (
  select case when j.id in (select unnest(ids) from background.claim) then 'running'
              when j.run_at > now() and j.attempt > 0 then 'retryable'
              when j.run_at > now() then 'scheduled'
              else 'available' end as state
    from background.job j order by j.id desc limit ${MOST_COUNTED + 1}),
completed as (
  select count(*) from (select from background.finished h order by h.id desc limit ${MOST_COUNTED + 1}) h),
unsuccessful as materialized (
  select s.state, (select count(*) from (
           select from background.finished h where h.state = s.state order by h.id desc limit ${MOST_COUNTED}) h) as count
    from (values (2), (3)) s (state)),
heads as (
  select h.run_at from (select 0 as id union select id from background.lane) l cross join lateral (
    select run_at from background.ready r where r.lane = l.id order by r.priority, r.run_at, r.id limit 1) h),
workers as (
  select count(*) filter (where lease_until > clock_timestamp()) as alive,
         count(*) filter (where lease_until <= clock_timestamp()) as lost,
         coalesce(sum(concurrency) filter (where lease_until > clock_timestamp()), 0) as slots from background.worker)
select extract(epoch from clock_timestamp()) * 1000,
       (select coalesce(json_object_agg(state, count), '{}') from (
          select state, count(*) from unfinished group by state) u)::text,
       (select count(*) from unfinished), (select count from completed),
       (select count from unsuccessful where state = 2), (select count from unsuccessful where state = 3),
       (select extract(epoch from now() - min(run_at)) * 1000 from heads),
       alive, lost, slots, (select count(*) from background.job j where j.id = any (array(select unnest(ids) from background.claim))),
       pg_stat_get_tuples_inserted('background.job'::regclass), pg_stat_get_tuples_deleted('background.job'::regclass)
  from workers
`,
)

/** How everything stands now. */
export async function overview(db: Executor): Promise<Overview> {
  const [row] = await db.run(OVERVIEW, [])
  const [at, states, unfinished, finished, cancelled, discarded, waited, ...rest] = row as Row
  const [alive, lost, slots, taken, scheduled, ended] = rest.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const unsuccessful = Number(cancelled) + Number(discarded)
  return {
    at: new Date(Number(at)),
    states: {
      ...{ scheduled: 0, available: 0, running: 0, retryable: 0, ...JSON.parse(states as string) },
      completed: Math.max(0, Math.min(Number(finished), MOST_COUNTED) - unsuccessful),
      ...{ cancelled: Number(cancelled), discarded: Number(discarded) },
    },
    more: { unfinished: Number(unfinished) > MOST_COUNTED, completed: Number(finished) > MOST_COUNTED },
    waited: waited == null ? undefined : Math.max(0, Number(waited)),
    workers: { alive, lost, slots, taken },
    totals: { scheduled, finished: ended },
  }
}

/** Promises nothing beyond what it reads: the last {@link LAST_FINISHED} finished jobs. Index: finished_id. Locks: none. */
const TASKS = statement(
  'overview_tasks',
  `
select h.task, count(*) filter (where h.state = 1), count(*) filter (where h.state = 2),
       count(*) filter (where h.state = 3), percentile_disc(0.5) within group (order by h.ms),
       percentile_disc(0.95) within group (order by h.ms)
  from (select task, state, ms from background.finished order by id desc limit ${LAST_FINISHED}) h
 group by h.task order by h.task
`,
)

/** How the last jobs went, task by task. */
export async function taskOverviews(db: Executor): Promise<TaskOverview[]> {
  const number = (value: string | null | undefined) => (value == null ? undefined : Number(value))
  return (await db.run(TASKS, [])).map(([task, completed, cancelled, discarded, p50, p95]) => ({
    ...{ task: task as string, completed: Number(completed), cancelled: Number(cancelled) },
    ...{ discarded: Number(discarded), p50: number(p50), p95: number(p95) },
  }))
}
