import type { Executor, Row } from '../../framework/executor.ts'
import { statement } from './statement.ts'

export interface Promoted {
  readonly count: number
  /** Milliseconds until the next job falls due, by the database's clock; undefined when none waits. */
  readonly nextIn: number | undefined
}

/**
 * Promises: a due job moves to ready or member exactly once, however many workers promote.
 * Indexes: deferred's primary key, then a tid scan; primary key of job.
 * Locks: the deferred rows it deletes; rows that others move are skipped.
 */
const PROMOTE = statement(
  'promote',
  `
with due as materialized (
  delete from background.deferred
   where ctid = any (array(
     select ctid from background.deferred
      where run_at <= now() order by run_at, id limit $1 for update skip locked))
  returning id),
job as materialized (
  select j.id, j.queue, j.lane, j.priority, j.run_at from due join background.job j on j.id = due.id),
free as (
  insert into background.ready (lane, priority, run_at, id)
  select lane, priority, run_at, id from job where queue is null),
queued as (
  insert into background.member (queue, priority, run_at, id)
  select queue, priority, run_at, id from job where queue is not null)
select (select count(*) from due),
       (select extract(epoch from d.run_at - now()) * 1000
          from background.deferred d where d.run_at > now() order by d.run_at limit 1)
`,
)

/** Moves up to `limit` due jobs to where they can be claimed. */
export async function promote(db: Executor, limit: number): Promise<Promoted> {
  const [row] = await db.run(PROMOTE, [limit])
  const [count, nextIn] = row as Row
  return { count: Number(count), nextIn: nextIn === null ? undefined : Number(nextIn) }
}
