import pg from 'pg'

/** The database that applications get. */
export const DATABASE = 'app'
/** Where members meet; not in the application's database, which must stay free to be dropped. */
export const MAINTENANCE_DATABASE = 'postgres'

/** The advisory lock that every member shares; any number that nobody else locks in the maintenance database. */
const MEMBERS = 7_536_737

/** What pg has and its types do not know. */
type Client = pg.Client & { ref(): void; unref(): void }

interface Welcome {
  readonly version: string
  readonly server: number
  readonly exists: boolean
}

/**
 * A process's membership of a server: a connection that holds a lock which all members share. It ends when
 * the process does, however that happens, and the one who gets the lock for itself alone is the last.
 */
export class Session {
  /** The server's version, such as `18.4`. */
  readonly version: string
  /** The server's pid, as it announces it. */
  readonly server: number
  /** Resolves when the connection is lost without having been left. */
  readonly lost: Promise<void>
  readonly #client: Client
  #leaving = false

  constructor(client: Client, { version, server }: Welcome) {
    this.#client = client
    this.version = version
    this.server = server
    this.lost = new Promise(resolve => {
      client.once('end', () => this.#leaving || resolve())
    })
  }

  /** Becomes a member of the server at `url`, and makes sure that the application's database exists. */
  static async join(url: string): Promise<Session> {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'kretes member',
      connectionTimeoutMillis: 5_000,
      lock_timeout: 5_000,
      keepAlive: true,
    }) as Client
    client.on('error', () => {})
    try {
      await client.connect()
      const welcome = await greet(client)
      if (!welcome.exists) await createDatabase(client)
      // a member that has nothing else to do may end
      client.unref()
      return new Session(client, welcome)
    } catch (error) {
      client.end().catch(() => {})
      throw error
    }
  }

  /** Ends the membership. True: nobody else is a member, and nobody can become one before {@link end}. */
  async leave(): Promise<boolean> {
    this.#leaving = true
    this.#client.ref()
    const { rows } = await this.#client.query<{ last: boolean }>(
      `select pg_advisory_unlock_shared(${MEMBERS}), pg_try_advisory_lock(${MEMBERS}) as last`,
    )
    return rows[0]?.last === true
  }

  async end(): Promise<void> {
    this.#leaving = true
    // whoever waits for this would else be ended with the process, when nothing else keeps that alive
    this.#client.ref()
    await this.#client.end().catch(() => {})
  }
}

async function greet(client: pg.Client): Promise<Welcome> {
  const { rows } = await client.query<Welcome>(
    `select pg_advisory_lock_shared(${MEMBERS}),
            current_setting('server_version') as version,
            split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int as server,
            exists (select from pg_database where datname = '${DATABASE}') as exists`,
  )
  return rows[0] as Welcome
}

async function createDatabase(client: pg.Client): Promise<void> {
  await client.query(`create database ${DATABASE}`).catch(error => {
    // another member was quicker
    if (error.code !== '42P04' && error.code !== '23505') throw error
  })
}
