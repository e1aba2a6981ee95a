import type { Transaction } from 'kysely'
import { type App, currentApp } from './current-app.ts'
import type { Database } from './database.ts'
import { KretesError } from './errors.ts'
import { transaction as transactionIn } from './transaction.ts'

export { type AppOptions, createApp } from './app.ts'
export {
  type Config,
  type ConfigInput,
  type DatabaseInput,
  defineConfig,
  type LogFormat,
  type LogLevel,
  loadConfig,
} from './config.ts'
export { type App, currentApp } from './current-app.ts'
export type { Database } from './database.ts'
export type { Duration } from './duration.ts'
export { isKretesError, KretesError } from './errors.ts'
export type { Address } from './http-server.ts'
export { adaptPino, createLogger, customLogger, type LogFields, type Logger } from './logger.ts'
export type { Host, Plugin } from './plugin.ts'
export {
  DELETE,
  type FetchHandler,
  GET,
  type Handler,
  mount,
  PATCH,
  POST,
  PUT,
  type Reply,
  type Route,
  type RouteContext,
} from './routes.ts'
export type { Service } from './service.ts'
export { type AmbientTransaction, ambientTransaction } from './transaction.ts'

/**
 * The database of the current app: `kysely` to query it, `pool` for node-postgres itself.
 *
 * @throws KretesError `NO_APP` when no app has been set up.
 * @example
 * const { kysely } = await database()
 * const users = await kysely.selectFrom('users').selectAll().execute()
 */
export async function database(): Promise<Database> {
  return requireApp().database()
}

/**
 * Runs `work` in a transaction of the current app's database: committed when it returns, rolled back when it
 * throws. Code that `work` calls is in it too, and a call inside another one joins it.
 *
 * @throws KretesError `NO_APP` when no app has been set up; `TRANSACTION_ROLLED_BACK` when a statement failed
 * and `work` returned all the same.
 * @example
 * await transaction(async trx => {
 *   await trx.insertInto('orders').values(order).execute()
 * })
 */
// biome-ignore lint/suspicious/noExplicitAny: the tables are the user's, who may say so: transaction<Shop, void>
export async function transaction<Tables = any, Result = unknown>(
  work: (trx: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  return transactionIn(await database(), work)
}

function requireApp(): App {
  const app = currentApp()
  if (app) return app
  throw new KretesError('no app is set up', {
    code: 'NO_APP',
    hint: 'create one and set it up before this is called: await createApp().setup()',
  })
}
