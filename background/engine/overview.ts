import type { Executor } from '../../framework/executor.ts'
import type { Overview, TaskOverview } from '../overview.ts'
import { probe } from './probe.ts'
import { statement } from './statement.ts'

/** More of them are not counted: an overview of millions must not cost more than one of thousands. */
const MOST_COUNTED = 10_000
const LAST_FINISHED = 10_000

/** How many have ended in that state, which is no parameter: only of a constant the planner knows that a partial index has it. */
const endedAs = (state: 2 | 3) => `(select count(*) from (
  select from background.finished h where h.state = ${state} limit ${MOST_COUNTED}) h)`

/**
 * Promises nothing beyond what it reads: {@link MOST_COUNTED} jobs of each kind at most.
 * Indexes: ready_order, primary keys of member, deferred and job, finished_id, finished_unsuccessful. Reads all of
 * worker, lane and claim, which have few rows, and the server's own statistics. Locks: none.
 */
const OVERVIEW = statement(
  'overview',
  `
with due as materialized (
  select (select count(*) from (select from background.ready limit ${MOST_COUNTED + 1}) r)
       + (select count(*) from (select from background.member limit ${MOST_COUNTED + 1}) m) as count),
later as materialized (
  select count(*) as count, count(*) filter (where j.run_at <= now()) as due,
         count(*) filter (where j.run_at > now() and j.attempt > 0) as retryable
    from (select id from background.deferred order by run_at, id limit ${MOST_COUNTED + 1}) d
    join background.job j on ${probe('j.id', 'd.id')}),
running as (
  select count(*) as count from background.job j where j.id = any (array(select unnest(ids) from background.claim))),
finished as (
  select count(*) as count, count(*) filter (where h.state = 1) as completed
    from (select h.state from background.finished h order by h.id desc limit ${MOST_COUNTED + 1}) h),
heads as (
  select h.run_at from (select 0 as id union select id from background.lane) l cross join lateral (
    select run_at from background.ready r where r.lane = l.id order by r.priority, r.run_at, r.id limit 1) h),
workers as (
  select count(*) filter (where lease_until > clock_timestamp()) as alive,
         count(*) filter (where lease_until <= clock_timestamp()) as lost,
         coalesce(sum(concurrency) filter (where lease_until > clock_timestamp()), 0) as slots from background.worker)
select json_build_object(
  'at', extract(epoch from clock_timestamp()) * 1000,
  'states', json_build_object(
      'scheduled', later.count - later.due - later.retryable, 'available', due.count + later.due,
      'running', running.count, 'retryable', later.retryable, 'completed', finished.completed,
      'cancelled', ${endedAs(2)}, 'discarded', ${endedAs(3)}),
  'more', json_build_object(
      'unfinished', greatest(due.count, later.count) > ${MOST_COUNTED}, 'completed', finished.count > ${MOST_COUNTED}),
  'waited', (select extract(epoch from now() - min(run_at)) * 1000 from heads),
  'workers', json_build_object('alive', alive, 'lost', lost, 'slots', slots, 'taken', running.count),
  'totals', json_build_object(
      'scheduled', pg_stat_get_tuples_inserted('background.job'::regclass),
      'finished', pg_stat_get_tuples_deleted('background.job'::regclass)))::text
  from workers, due, later, running, finished
`,
)

/** How everything stands now. */
export async function overview(db: Executor): Promise<Overview> {
  const [row] = await db.run(OVERVIEW, [])
  const { at, waited, ...same } = JSON.parse(row?.[0] as string)
  return { ...same, at: new Date(at), waited: waited === null ? undefined : Math.max(0, waited) }
}

/** Promises nothing beyond what it reads: the last {@link LAST_FINISHED} finished jobs. Index: finished_id. Locks: none. */
const TASKS = statement(
  'overview_tasks',
  `
select h.task, count(*) filter (where h.state = 1), count(*) filter (where h.state = 2),
       count(*) filter (where h.state = 3), percentile_disc(0.5) within group (order by h.ms),
       percentile_disc(0.95) within group (order by h.ms), percentile_disc(0.99) within group (order by h.ms)
  from (select task, state, ms from background.finished order by id desc limit ${LAST_FINISHED}) h
 group by h.task order by h.task
`,
)

/** How the last jobs went, task by task. */
export async function taskOverviews(db: Executor): Promise<TaskOverview[]> {
  const number = (value: string | null | undefined) => (value == null ? undefined : Number(value))
  return (await db.run(TASKS, [])).map(([task, completed, cancelled, discarded, p50, p95, p99]) => ({
    ...{ task: task as string, completed: Number(completed), cancelled: Number(cancelled) },
    ...{ discarded: Number(discarded), p50: number(p50), p95: number(p95), p99: number(p99) },
  }))
}
