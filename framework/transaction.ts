import { AsyncLocalStorage } from 'node:async_hooks'
import type { Transaction } from 'kysely'
import type { Database } from './database.ts'

// biome-ignore lint/suspicious/noExplicitAny: the tables are the user's, and only the user knows their types
type AnyTransaction = Transaction<any>
type Action = () => unknown

/** The transaction that the running code is in. */
export interface AmbientTransaction {
  readonly database: Database
  readonly trx: AnyTransaction
  /** Runs `action` once the transaction has committed, and never when it rolls back. */
  afterCommit(action: Action): void
}

interface Scope extends AmbientTransaction {
  isOpen: boolean
}

const KEY = Symbol.for('kretes.transaction')
const shared = globalThis as { [KEY]?: AsyncLocalStorage<Scope> }

/** Global, so that two copies of this package in one process agree on which transaction is running. */
function scopes(): AsyncLocalStorage<Scope> {
  shared[KEY] ??= new AsyncLocalStorage()
  return shared[KEY]
}

/**
 * Runs `work` in a transaction: committed when it returns, rolled back when it throws. Everything `work` calls
 * is in the transaction without being told, see {@link ambientTransaction}. A call inside another one, for the
 * same database, joins it: only the outermost commits, and an error has to reach it to undo anything.
 *
 * @throws KretesError `TRANSACTION_ROLLED_BACK` when a statement failed and `work` returned all the same.
 * @example
 * await transaction(database, async trx => {
 *   await trx.insertInto('orders').values(order).execute()
 * })
 */
export async function transaction<T>(
  database: Database,
  work: (trx: AnyTransaction) => Promise<T>,
): Promise<T> {
  const outer = scopes().getStore()
  if (outer?.isOpen && outer.database === database) return work(outer.trx)
  const actions: Action[] = []
  const result = await database.kysely.transaction().execute(async trx => {
    const scope = { database, trx, isOpen: true, afterCommit: (action: Action) => void actions.push(action) }
    try {
      return await scopes().run(scope, work, trx)
    } finally {
      scope.isOpen = false
    }
  })
  await runAll(actions, database.onError)
  return result
}

/**
 * The transaction of the running code, or undefined: outside of any, and in work that was not awaited and
 * outlived its transaction, because what it writes could no longer be committed.
 */
export function ambientTransaction(): AmbientTransaction | undefined {
  const scope = scopes().getStore()
  return scope?.isOpen ? scope : undefined
}

async function runAll(actions: readonly Action[], onError: (error: unknown) => void): Promise<void> {
  for (const action of actions) {
    try {
      await action()
    } catch (error) {
      onError(error)
    }
  }
}
