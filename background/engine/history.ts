import type { Executor } from '../../framework/executor.ts'
import { plainArray, statement } from './statement.ts'

/** See prepare_history in the migrations. Locks: for a moment, the parent's partition list; gives up after 0.5 s. */
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
