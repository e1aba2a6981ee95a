import type { Executor } from '../../framework/executor.ts'
import { plainArray, statement } from './statement.ts'

/** See prepare_history in the migrations. Locks: for a moment, finished against writing; gives up after 0.5 s. */
const PREPARE = statement('prepare_history', 'select background.prepare_history($1::int[])')

/** Makes the partitions into which jobs kept for `days` days will fall. */
export async function prepareHistory(db: Executor, days: readonly number[]): Promise<void> {
  await db.run(PREPARE, [plainArray(days)])
}

/** See drop_history in the migrations. Locks: for a moment, finished exclusively; gives up after 0.5 s. */
const DROP = statement('drop_history', 'select background.drop_history()')

/** Drops the partitions of which every row has expired; answers how many. */
export async function dropHistory(db: Executor): Promise<number> {
  const [row] = await db.run(DROP, [])
  return Number(row?.[0] ?? 0)
}

/**
 * Promises nothing beyond what it reads: what drop_history would drop, by name, so that the condition is its condition.
 * Reads the catalogue. Locks: none.
 */
const EXPIRED = statement(
  'expired_history',
  `
select to_char(to_date(substr(c.relname, 10), 'YYYYMMDD'), 'YYYY-MM-DD')
  from pg_inherits i join pg_class c on c.oid = i.inhrelid
 where i.inhparent = 'background.finished'::regclass and c.relname ~ '^finished_[0-9]{8}$'
   and to_date(substr(c.relname, 10), 'YYYYMMDD') < (now() at time zone 'utc')::date
 order by c.relname
`,
)

/** The days whose partitions {@link dropHistory} would drop: `2026-11-12`. */
export async function expiredHistory(db: Executor): Promise<string[]> {
  const rows = await db.run(EXPIRED, [])
  return rows.map(([day]) => day as string)
}
