import type { Executor } from '../../framework/executor.ts'
import { statement, textArray } from './statement.ts'

/** Promises nothing beyond what it reads. Index: task's primary key. Locks: none. */
const LANES = statement(
  'lanes',
  `
select distinct coalesce(t.lane, 0) from unnest($1::text[]) as n (name) left join background.task t on t.name = n.name
`,
)

/** The lanes in which jobs of `tasks` wait. */
export async function lanesOf(db: Executor, tasks: readonly string[]): Promise<number[]> {
  const rows = await db.run(LANES, [textArray(tasks)])
  return rows.map(row => Number(row[0]))
}

/**
 * Promises: afterwards each of the tasks has a lane of its own, so that workers which do not know it no longer
 * meet its jobs. Two workers that find the same stranger agree: the second changes nothing.
 * Index: task's primary key. Locks: the new rows; waits for another worker that adds the same task.
 */
const SET_ASIDE = statement(
  'set_aside',
  `
insert into background.task (name)
select distinct n.name from unnest($1::text[]) as n (name)
 where not exists (select from background.task t where t.name = n.name)
 order by n.name
on conflict (name) do nothing
`,
)

/** Gives `tasks`, which this worker does not know, lanes of their own. */
export async function setAside(db: Executor, tasks: readonly string[]): Promise<void> {
  await db.run(SET_ASIDE, [textArray(tasks)])
}
