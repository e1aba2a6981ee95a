import type { Executor } from '../../framework/executor.ts'
import { plainArray, statement, textArray } from './statement.ts'

/** What a worker can be told from elsewhere; `work` takes back `quiet`. */
export type WorkerOrder = 'work' | 'quiet' | 'stop'

/**
 * Promises: each of these workers that has not said goodbye hears of the order with its next heartbeat; one that is to
 * stop is not told anything else after that. Index: worker's primary key. Locks: their rows.
 */
const TELL = statement(
  'worker_tell',
  `
update background.worker set told = nullif($2::text, 'work')
 where id = any ($1::bigint[]) and lease_until > clock_timestamp() and told is distinct from 'stop'
returning id
`,
)

/** Answers with the ids of those that will hear of it. */
export async function tellWorkers(
  db: Executor,
  ids: readonly string[],
  order: WorkerOrder,
): Promise<string[]> {
  return (await db.run(TELL, [plainArray(ids), order])).map(([id]) => id as string)
}

/** Promises: others see which tasks the worker knows by now. Index: worker's primary key. Locks: its row. */
const KNOWS = statement(
  'worker_knows',
  `
update background.worker set tasks = $2 where id = $1
`,
)

/** The worker has learned new tasks, or forgotten some. */
export async function workerKnows(db: Executor, worker: string, tasks: readonly string[]): Promise<void> {
  await db.run(KNOWS, [worker, textArray(tasks)])
}
