import type { Executor } from '../../framework/executor.ts'
import { quantile, type Stretch } from '../series.ts'
import { plainArray, statement } from './statement.ts'

/** What a worker has reported since it last told. */
export interface Tallied {
  readonly completed: number
  readonly failed: number
  readonly ended: number
  /** Durations of attempts, by bucket. */
  readonly ms: readonly number[]
  /** How long they had been due, by bucket. */
  readonly waited: readonly number[]
}

const sumOf = (column: string) =>
  `(select array_agg(a + b order by i) from unnest(m.${column}, excluded.${column}) with ordinality u (a, b, i))`

/**
 * Promises: what is told is added to the minute in which it is told. Each worker has a row of its own, so none waits for
 * another. Minutes of the day before yesterday go. Index: minute's primary key. Locks: the worker's row, and those it deletes.
 */
const ADD = statement(
  'minute_add',
  `
with old as (
  delete from background.minute where (at, worker_id) in (
    select at, worker_id from background.minute where at < now() - interval '49 hours' order by at, worker_id limit 100))
insert into background.minute as m (at, worker_id, completed, failed, ended, ms, waited)
values (date_trunc('minute', clock_timestamp()), $1, $2, $3, $4, $5, $6)
on conflict (at, worker_id) do update
set completed = m.completed + excluded.completed, failed = m.failed + excluded.failed, ended = m.ended + excluded.ended,
    ms = ${sumOf('ms')}, waited = ${sumOf('waited')}
`,
)

export async function addToMinute(db: Executor, worker: string, tallied: Tallied): Promise<void> {
  const { completed, failed, ended, ms, waited } = tallied
  await db.run(ADD, [worker, completed, failed, ended, plainArray(ms), plainArray(waited)])
}

/**
 * Promises nothing beyond what it reads: stretches of parameter 2 minutes, from parameter 1 minutes ago, also those in
 * which nothing was done. A row for each minute and worker is read. Index: minute's primary key. Locks: none.
 */
const SERIES = statement(
  'minute_series',
  `
with stretch as (
  select to_timestamp(s * $2::int * 60) as at
    from generate_series(floor(extract(epoch from now()) / 60 / $2::int)::bigint - $1::int / $2::int + 1,
                         floor(extract(epoch from now()) / 60 / $2::int)::bigint) s),
told as materialized (
  select to_timestamp(floor(extract(epoch from m.at) / 60 / $2::int) * $2::int * 60) as at, m.completed, m.failed, m.ended, m.ms, m.waited
    from background.minute m where m.at >= (select min(at) from stretch)),
counts as (
  select at, sum(completed) as completed, sum(failed) as failed, sum(ended) as ended from told group by at),
buckets as (
  select at, json_agg(ms order by i) as ms, json_agg(waited order by i) as waited from (
    select t.at, u.i, sum(u.a) as ms, sum(u.b) as waited
      from told t cross join lateral unnest(t.ms, t.waited) with ordinality u (a, b, i) group by t.at, u.i) summed group by at)
select extract(epoch from s.at) * 1000, coalesce(c.completed, 0), coalesce(c.failed, 0), coalesce(c.ended, 0),
       coalesce(b.ms, '[]')::text, coalesce(b.waited, '[]')::text
  from stretch s left join counts c on c.at = s.at left join buckets b on b.at = s.at order by s.at
`,
)

/** The last `minutes`, in stretches of `step` minutes, the oldest first. */
export async function series(db: Executor, minutes: number, step: number): Promise<Stretch[]> {
  return (await db.run(SERIES, [minutes, step])).map(([at, completed, failed, ended, ms, waited]) => {
    const [took, due] = [JSON.parse(ms as string), JSON.parse(waited as string)]
    return {
      at: new Date(Number(at)),
      ...{ completed: Number(completed), failed: Number(failed), ended: Number(ended) },
      ...{ p50: quantile(took, 0.5), p95: quantile(took, 0.95) },
      ...{ waited50: quantile(due, 0.5), waited95: quantile(due, 0.95) },
    }
  })
}
