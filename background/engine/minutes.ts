import type { Executor } from '../../framework/executor.ts'
import { BUCKETS, quantile, type Stretch } from '../series.ts'
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
  delete from background.minute where ctid = any (array(
    select ctid from background.minute where at < now() - interval '49 hours' order by at, worker_id limit 100)))
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

/** Bucket by bucket: to take arrays apart and group what is in them takes several times as long. */
const bucketsOf = (column: string) =>
  `json_build_array(${Array.from({ length: BUCKETS }, (_, i) => `sum(m.${column}[${i + 1}])`).join()})`

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
  select to_timestamp(floor(extract(epoch from m.at) / 60 / $2::int) * $2::int * 60) as at, sum(m.completed) as completed,
         sum(m.failed) as failed, sum(m.ended) as ended, ${bucketsOf('ms')} as ms, ${bucketsOf('waited')} as waited
    from background.minute m where m.at >= (select min(at) from stretch) group by 1)
select extract(epoch from s.at) * 1000, coalesce(t.completed, 0), coalesce(t.failed, 0), coalesce(t.ended, 0),
       coalesce(t.ms, '[]')::text, coalesce(t.waited, '[]')::text
  from stretch s left join told t on t.at = s.at order by s.at
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
