import { createRequire } from 'node:module'
import type { Kysely, PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { explainDatabaseError, isReadOnly } from './database-errors.ts'
import { KretesError } from './errors.ts'
import { urlOfPool } from './pool-url.ts'

/** The app's database: a pool of connections, and Kysely on top of the same pool. */
export interface Database {
  /** The connection string; undefined when the `PG*` environment variables decide. */
  readonly url: string | undefined
  readonly pool: pg.Pool
  // biome-ignore lint/suspicious/noExplicitAny: the tables are the user's, and only the user knows their types
  readonly kysely: Kysely<any>
  /** Hears of failures nobody waits for: an idle connection that broke, an action after a commit that threw. */
  readonly onError: (error: unknown) => void
  /** Waits for the connections in use, then closes all. */
  close(): Promise<void>
}

/** How {@link openDatabase} connects. */
export interface DatabaseOptions {
  readonly url: string | undefined
  /** How many connections there may be at most. */
  readonly poolSize: number
  /** What an administrator sees in `pg_stat_activity`. */
  readonly applicationName: string
  readonly onError?: ((error: unknown) => void) | undefined
}

const CONNECT_TIMEOUT_MS = 10_000

/**
 * Opens nothing yet: connections come with the first query and idle ones keep no process alive. A server that
 * restarts costs the queries under way and nothing else; the next ones connect again.
 *
 * @throws KretesError `DATABASE_UNREACHABLE` from whatever first needs a connection and gets none.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const { url, poolSize, applicationName, onError = () => {} } = options
  const pool = new ExplainingPool(url, {
    max: poolSize,
    application_name: applicationName,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    allowExitOnIdle: true,
  })
  // An 'error' without a listener ends the process. The pool listens to its idle clients only and repeats
  // what they say, so each client gets a listener of its own and the pool's is there to be there.
  pool.on('connect', client => client.on('error', error => onError(hidingClient(error))))
  pool.on('error', () => {})
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= pool.end()
    return closing
  }
  return databaseOn(pool, { url, onError, close })
}

/**
 * A pool that somebody else has made and will end, as a {@link Database}. While it is in use an idle connection of it
 * that breaks is told to `onError`, unless its owner listens: nobody listening would end the process.
 *
 * @throws KretesError `POOL_URL` when `url` is not given and the pool's settings do not fit into one.
 */
export function adoptPool(
  pool: pg.Pool,
  { url = urlOfPool(pool), onError = () => {} }: Partial<Pick<DatabaseOptions, 'url' | 'onError'>>,
): Database {
  const isMute = pool.listenerCount('error') === 0
  const told = (error: Error) => onError(hidingClient(error))
  if (isMute) pool.on('error', told)
  const close = async () => {
    pool.off('error', told)
  }
  return databaseOn(pool, { url, onError, close })
}

function databaseOn(pool: pg.Pool, rest: Pick<Database, 'url' | 'onError' | 'close'>): Database {
  let kysely: Database['kysely'] | undefined
  return {
    ...rest,
    pool,
    get kysely() {
      kysely ??= openKysely(pool)
      return kysely
    },
  }
}

type ConnectCallback = Parameters<pg.Pool['connect']>[0]

/** A pool whose failure to connect says what to do about it. */
class ExplainingPool extends pg.Pool {
  readonly #url: string | undefined

  constructor(url: string | undefined, config: pg.PoolConfig) {
    super(url === undefined ? config : { ...config, connectionString: url })
    this.#url = url
  }

  override connect(): Promise<pg.PoolClient>
  override connect(callback: ConnectCallback): void
  override connect(callback?: ConnectCallback): Promise<pg.PoolClient> | void {
    if (callback === undefined) return this.#connect()
    super.connect((error, client, done) =>
      callback(error && explainDatabaseError(error, this.#url), client, done),
    )
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await super.connect()
    } catch (error) {
      throw explainDatabaseError(error, this.#url)
    }
  }
}

/** The pool will hang the client on this error, and whoever logs it would log all that a client consists of. */
function hidingClient(error: Error): Error {
  return Object.defineProperty(error, 'client', { enumerable: false, writable: true, value: undefined })
}

/** Kysely is three hundred files: a process that never asks for it does not wait for them at its start. */
function openKysely(pool: pg.Pool): Database['kysely'] {
  const { Kysely, PostgresDialect }: typeof import('kysely') = createRequire(import.meta.url)('kysely')
  const lender: PostgresPool = { connect: async () => honest(await pool.connect()), end: () => pool.end() }
  return new Kysely({ dialect: new PostgresDialect({ pool: lender }) })
}

/**
 * A client on which COMMIT cannot lie. After a failed statement that somebody caught, PostgreSQL answers COMMIT
 * with ROLLBACK and no error, and Kysely before 0.29 reports success for work that is gone.
 */
function honest(client: pg.PoolClient): PostgresPoolClient {
  let broken = false
  // a connection that breaks fails what waits for its answer; that nobody listens besides would end the process
  const heard = () => {}
  client.on('error', heard)
  const release = () => {
    client.off('error', heard)
    client.release(broken)
  }
  const query = async (sql: string, parameters: unknown[]) => {
    const result = await client.query(sql, parameters).catch(error => {
      // the next one may lead to a server that writes
      broken ||= isReadOnly(error)
      if (sql !== 'rollback') throw error
      // the connection is gone and the server has rolled back; the error to report is the one before this
      broken = true
      return { command: 'ROLLBACK', rowCount: 0, rows: [] }
    })
    if (sql === 'commit' && result.command === 'ROLLBACK') throw rolledBack()
    return result
  }
  return { query: query as unknown as PostgresPoolClient['query'], release }
}

function rolledBack(): KretesError {
  return new KretesError('the transaction was rolled back: a statement in it had failed', {
    code: 'TRANSACTION_ROLLED_BACK',
    hint: 'do not catch the error of a statement inside a transaction, or use a savepoint around it',
  })
}
