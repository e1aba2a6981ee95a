import type { Database } from '../framework/database.ts'
import type { Host } from '../framework/plugin.ts'
import { query } from '../framework/query.ts'
import { transaction } from '../framework/transaction.ts'
import { executorOf } from './client/executor-of.ts'
import { sharedClient } from './current.ts'
import { BackgroundError } from './errors.ts'
import type { Scheduler } from './scheduler.ts'
import type { WorkerHost } from './task-host.ts'

/** What tasks can do in this database, with jobs scheduled by this client; both are asked for when a task needs them. */
export function taskHost(database: () => Promise<Database>, client: () => Promise<Scheduler>): WorkerHost {
  return {
    query: async (sql, values) => query(await database(), sql, values),
    transaction: async work => transaction(await database(), work),
    inTransaction: async work => transaction(await database(), trx => work(executorOf(trx))),
    schedule: async options => (await client()).schedule(options),
    scheduleMany: async (task, items) => (await client()).scheduleMany(task, items),
  }
}

/** What tasks can do in the database of an app. */
export function hostOf(app: Pick<Host, 'database'>): WorkerHost {
  return taskHost(() => app.database(), appClient)
}

async function appClient(): Promise<Scheduler> {
  const source = sharedClient()
  if (source) return source()
  throw new BackgroundError('the app has no background jobs', {
    code: 'NO_APP',
    hint: 'create it with the plugin and set it up: createApp({ plugins: [background()] })',
  })
}
