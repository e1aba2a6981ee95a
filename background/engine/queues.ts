import type { Executor } from '../../framework/executor.ts'
import { plainArray, statement, textArray } from './statement.ts'

/**
 * Promises: the queues have the given concurrency. One that is serial and not paused needs no row, so a row is
 * only written where something differs. Index: queue's primary key. Locks: the rows that change, in the order of
 * their names, so that two workers which start at the same time cannot lock each other out.
 */
const SET_CONCURRENCY = statement(
  'set_concurrency',
  `
insert into background.queue as q (name, concurrency)
select s.* from unnest($1::text[], $2::smallint[]) as s (name, concurrency)
 where s.concurrency > 1 or exists (select from background.queue known where known.name = s.name)
 order by s.name
on conflict (name) do update set concurrency = excluded.concurrency where q.concurrency <> excluded.concurrency
`,
)

/** Sets how many jobs of each queue may run at once. */
export async function setConcurrency(db: Executor, queues: Readonly<Record<string, number>>): Promise<void> {
  const names = Object.keys(queues)
  if (names.length > 0) await db.run(SET_CONCURRENCY, [textArray(names), plainArray(Object.values(queues))])
}
