import path from 'node:path'
import type { Config } from './config.ts'
import type { Database } from './database.ts'
import { describeDatabase } from './database-errors.ts'
import { isProduction } from './environment.ts'
import { KretesError } from './errors.ts'
import type { Logger } from './logger.ts'
import type { Service } from './service.ts'

/** What is needed to find the app's database. */
interface Surroundings {
  readonly root: string
  readonly config: Config
  readonly logger: Logger
}

interface Opened {
  readonly database: Database
  close(): Promise<void>
}

/** The app's database, opened when first asked for: the configured one, else a PostgreSQL of the app's own. */
export class AppDatabase implements Service {
  readonly #surroundings: Surroundings
  #opened: Promise<Opened> | undefined

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  /** @throws KretesError `DATABASE_NOT_CONFIGURED` in production, which must never run on a throw-away database. */
  async get(): Promise<Database> {
    this.#opened ??= open(this.#surroundings).catch(error => {
      this.#opened = undefined
      throw error
    })
    return (await this.#opened).database
  }

  /** Opens nothing; see {@link get}. */
  async start(): Promise<void> {}

  async stop(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined)
    this.#opened = undefined
    await opened?.close()
  }
}

async function open({ root, config, logger }: Surroundings): Promise<Opened> {
  const { openDatabase } = await import('./database.ts')
  const { url, poolSize } = config.database
  const server = url === undefined ? await openOwnServer(root, logger) : undefined
  const database = openDatabase({
    url: url ?? server?.url,
    poolSize,
    applicationName: 'kretes',
    onError: error => logger.warn('trouble with the database', { error }),
  })
  return {
    database,
    async close() {
      await database.close().finally(() => server?.close())
    },
  }
}

async function openOwnServer(root: string, logger: Logger) {
  if (isProduction()) throw notConfigured()
  const { openEmbeddedPostgres } = await import('./postgres/embedded.ts')
  const onNotice = (message: string) => logger.info(message)
  const server = await openEmbeddedPostgres({ directory: path.join(root, '.kretes', 'postgres'), onNotice })
  const did = server.startedHere ? 'started' : 'found'
  logger.info(
    `no database configured, ${did} PostgreSQL ${server.version} at ${describeDatabase(server.url)}`,
  )
  return server
}

function notConfigured(): KretesError {
  return new KretesError('no database is configured, and NODE_ENV is production', {
    code: 'DATABASE_NOT_CONFIGURED',
    hint: 'set DATABASE_URL=postgres://user:password@host:5432/database',
  })
}
