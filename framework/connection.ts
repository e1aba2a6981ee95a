import pg from 'pg'
import { explainDatabaseError } from './database-errors.ts'

/** One SQL statement: prepared once per connection under its name. */
export interface Statement {
  readonly name: string
  readonly text: string
}

/** A row as PostgreSQL sends it: columns in order, every value as text. Whoever reads it parses what it needs. */
export type Row = readonly (string | null)[]

/** Where a statement can be run: a connection of ours, or somebody's transaction. */
export interface Executor {
  run(statement: Statement, values: readonly unknown[]): Promise<Row[]>
}

/** A statement with its values, to be sent with others. */
export type Call = readonly [statement: Statement, values: readonly unknown[]]

export interface ConnectionOptions {
  /** Connection string; undefined leaves it to the PG* environment variables. */
  readonly url: string | undefined
  /** `application_name`, what an administrator sees in pg_stat_activity. */
  readonly name: string
  /** Server settings for every session, such as planner switches. Left out behind a transaction pooler, which refuses them. */
  readonly settings?: Readonly<Record<string, string>>
  /** Called for each notification of the channels in `listen`. */
  readonly onNotification?: (payload: string) => void
  readonly listen?: string
  /** An idle connection does not keep the process alive. */
  readonly mayExit?: boolean
}

/** After this long without an answer a connection counts as dead: a half-open socket never says so by itself. */
const ANSWER_TIMEOUT_MS = 30_000
const CONNECT_TIMEOUT_MS = 10_000
const RAW = { getTypeParser: () => (value: unknown) => value as never }
const BEGIN = { name: '', text: 'begin' }
const COMMIT = { name: '', text: 'commit' }

/**
 * One connection that outlives its sockets: statements are pipelined and named, a lost socket fails the
 * statements under way and the next one connects again. Nothing it does can crash the process.
 */
export class Connection implements Executor {
  readonly #options: ConnectionOptions
  #client: Promise<pg.Client> | undefined
  #plain = false
  #closed = false
  #underWay = 0

  constructor(options: ConnectionOptions) {
    this.#options = options
  }

  /** True when the server refused session settings: we are behind a transaction pooler. */
  get pooled(): boolean {
    return this.#plain
  }

  /** Connects now rather than at the first statement. */
  async open(): Promise<void> {
    await this.#connected()
  }

  run(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    return this.#holding(client => send(client, statement, values))
  }

  /** Runs `calls` in one transaction and one round trip: all of them happen or none. */
  async runTogether(calls: readonly Call[]): Promise<Row[][]> {
    if (calls.length === 1) return [await this.run(...(calls[0] as Call))]
    return this.#holding(client => sendTogether(client, calls))
  }

  /** Sends what was asked for, then hangs up. Further statements are refused. */
  async close(): Promise<void> {
    this.#closed = true
    const client = await this.#client?.catch(() => undefined)
    await client?.end().catch(() => {})
  }

  /** While something is under way the process stays alive for the answer. */
  async #holding<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = await this.#connected()
    if (this.#underWay++ === 0 && this.#options.mayExit) socketOf(client).ref()
    try {
      return await work(client)
    } finally {
      if (--this.#underWay === 0 && this.#options.mayExit) socketOf(client).unref()
    }
  }

  #connected(): Promise<pg.Client> {
    if (this.#closed) return Promise.reject(new Error(`connection ${this.#options.name} is closed`))
    this.#client ??= this.#connect().catch(error => {
      this.#client = undefined
      throw error
    })
    return this.#client
  }

  async #connect(): Promise<pg.Client> {
    try {
      return await this.#dial()
    } catch (error) {
      if (this.#plain || !refusesSettings(error)) throw explainDatabaseError(error, this.#options.url)
      this.#plain = true
      return this.#connect()
    }
  }

  async #dial(): Promise<pg.Client> {
    const { url, name, settings, listen, onNotification } = this.#options
    const client = new pg.Client({
      ...(url === undefined ? {} : { connectionString: url }),
      ...(settings && !this.#plain ? { options: asStartupOptions(settings) } : {}),
      application_name: name,
      pipeline: true,
      keepAlive: true,
      keepAliveInitialDelayMillis: 5_000,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
    } as pg.ClientConfig)
    client.on('error', () => this.#forget(client))
    client.on('end', () => this.#forget(client))
    if (onNotification) client.on('notification', message => onNotification(message.payload ?? ''))
    await client.connect()
    if (listen && !this.#plain) await client.query(`listen ${pg.escapeIdentifier(listen)}`)
    return client
  }

  #forget(client: pg.Client): void {
    this.#client?.then(
      current => {
        if (current === client) this.#client = undefined
      },
      () => {},
    )
    client.end().catch(() => {})
  }
}

/** pg has these two methods and its types do not. */
function socketOf(client: pg.Client): { ref(): void; unref(): void } {
  return client as never
}

async function sendTogether(client: pg.Client, calls: readonly Call[]): Promise<Row[][]> {
  const all: Call[] = [[BEGIN, []], ...calls, [COMMIT, []]]
  const settled = await Promise.allSettled(all.map(([statement, values]) => send(client, statement, values)))
  const failure = settled.find(result => result.status === 'rejected')
  if (failure) throw failure.reason
  return settled.slice(1, -1).map(result => (result as PromiseFulfilledResult<Row[]>).value)
}

async function send(
  client: pg.Client,
  { name, text }: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  const result = await client.query<string[]>({
    ...(name === '' ? {} : { name }),
    text,
    values: values as unknown[],
    rowMode: 'array',
    types: RAW,
  })
  return result.rows
}

function asStartupOptions(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ')
}

function refusesSettings(error: unknown): boolean {
  return error instanceof Error && /unsupported startup parameter/i.test(error.message)
}
