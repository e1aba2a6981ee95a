import type { Transaction } from 'kysely'
import type { Executor } from '../framework/executor.ts'
import { BackgroundError } from './errors.ts'
import type { Scheduler } from './scheduler.ts'

/** What a task can do with the app's database, by way of its context. */
export interface TaskHost extends Scheduler {
  /**
   * Runs one SQL statement in the app's database, inside the transaction at hand if there is one; answers with its rows.
   *
   * @example const [user] = await query<{ name: string }>('select name from users where id = $1', [userId])
   */
  query<Row extends object = Record<string, unknown>>(
    sql: string,
    values?: readonly unknown[],
  ): Promise<Row[]>
  /**
   * Runs `work` in a transaction of the app's database: committed when it returns, rolled back when it throws. `query` and
   * `schedule` inside of it belong to it, and so does `Background.schedule`.
   */
  // biome-ignore lint/suspicious/noExplicitAny: the tables are the user's, who may say so: transaction<Shop, void>
  transaction<Tables = any, Result = unknown>(
    work: (trx: Transaction<Tables>) => Promise<Result>,
  ): Promise<Result>
}

/** The same for a worker, which runs tasks in transactions of their own. */
export interface WorkerHost extends TaskHost {
  /** As `transaction`, with a way for the engine to write in it. */
  inTransaction<Result>(work: (db: Executor) => Promise<Result>): Promise<Result>
}

/** For a worker that was made without an app: its tasks can do nothing with the database. */
export const NO_HOST: WorkerHost = {
  query: async () => refuse(),
  transaction: async () => refuse(),
  inTransaction: async () => refuse(),
  schedule: async () => refuse(),
  scheduleMany: async () => refuse(),
}

function refuse(): never {
  throw new BackgroundError('this worker has no app, so its tasks have no database', {
    code: 'NO_APP',
    hint: 'start it with run(), with createApp() or with the command ks bg',
  })
}
