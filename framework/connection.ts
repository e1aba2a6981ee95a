import pg from 'pg'
import { after } from './clock.ts'
import { connectionClosed, explainDatabaseError, explainDenial, isReadOnly } from './database-errors.ts'
import type { Call, Executor, Row, Statement } from './executor.ts'
import { send, sendTogether } from './pipeline.ts'
import { asStartupOptions } from './startup-options.ts'
import { hasNotPrepared, nameless, refusesSettings } from './transaction-pooler.ts'

export interface ConnectionOptions {
  /** Connection string; undefined leaves it to the PG* environment variables. */
  readonly url: string | undefined
  /** `application_name`, what an administrator sees in pg_stat_activity. */
  readonly name: string
  /** Server settings for every session, such as planner switches. Left out behind a transaction pooler, which refuses them. */
  readonly settings?: Readonly<Record<string, string>>
  /** The channel to listen on. */
  readonly listen?: string
  /** Called for each notification on it. */
  readonly onNotification?: (payload: string) => void
  /** Called whenever listening begins, also after a loss: whatever was said meanwhile was not heard. */
  readonly onListening?: () => void
  /** Says the first thing in every new session, before anything else is said in it; when it throws, the session is given up. */
  readonly greet?: (run: Executor['run']) => Promise<void>
  /** An idle connection does not keep the process alive. */
  readonly mayExit?: boolean
  /**
   * After so many milliseconds without an answer the connection counts as dead: a half-open socket never says so by
   * itself. Default: 30 seconds.
   */
  readonly answerTimeout?: number
}

const ANSWER_TIMEOUT_MS = 30_000
const CONNECT_TIMEOUT_MS = 10_000
/** A server that is there answers a goodbye at once. */
const GOODBYE_MS = 1_000

/**
 * One connection that outlives its sockets: statements are pipelined and named, a lost socket fails the
 * statements under way and the next one connects again. Nothing it does can crash the process.
 */
export class Connection implements Executor {
  readonly #options: ConnectionOptions
  readonly #answerTimeout: number
  #session: Promise<Session> | undefined
  #client: pg.Client | undefined
  readonly #asked = new Set<Promise<unknown>>()
  #plain = false
  #closed = false

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#answerTimeout = options.answerTimeout ?? ANSWER_TIMEOUT_MS
  }

  /** True when the server refused session settings or has not prepared what it was told to: it is a transaction pooler. */
  get pooled(): boolean {
    return this.#plain
  }

  /** Connects now rather than at the first statement. */
  async open(): Promise<void> {
    await this.#connected()
  }

  run(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    return this.#holding(client => send(client, ...this.#asSent([statement, values])))
  }

  /** Runs `calls` in one transaction and one round trip: all of them happen or none. */
  async runTogether(calls: readonly Call[]): Promise<Row[][]> {
    if (calls.length === 1) return [await this.run(...(calls[0] as Call))]
    return this.#holding(client => sendTogether(client, calls.map(this.#asSent, this)))
  }

  /** Waits for the answers to what was asked for, then hangs up. Further statements are refused. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled(this.#asked)
    const session = await this.#session?.catch(() => undefined)
    if (!session) return
    // whoever waits for the goodbye would else be ended with the process, when nothing else keeps that alive
    if (this.#options.mayExit) insides(session.client).ref()
    const giveUp = after(GOODBYE_MS, () => insides(session.client).connection.stream.destroy())
    await session.client.end().catch(() => {})
    giveUp()
  }

  /** Hangs up at once, also in the middle of connecting: whatever waits fails. The next statement connects again. */
  drop(): void {
    const client = this.#client
    this.#session = this.#client = undefined
    if (client) insides(client).connection.stream.destroy()
  }

  #holding<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const answer = this.#holdAgain(work).finally(() => this.#asked.delete(answer))
    this.#asked.add(answer)
    return answer
  }

  /** A session that has not prepared a statement has not done anything: once more, and without names from now on. */
  async #holdAgain<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const wasPlain = this.#plain
    try {
      return await this.#hold(work)
    } catch (error) {
      if (wasPlain || !hasNotPrepared(error)) throw error
      this.#plain = true
      return this.#hold(work)
    }
  }

  #asSent(call: Call): Call {
    return this.#plain ? nameless(call) : call
  }

  /** While something is under way the process stays alive for the answer. */
  async #hold<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const session = await this.#living()
    const { mayExit } = this.#options
    if (session.underWay++ === 0 && mayExit) insides(session.client).ref()
    try {
      return await work(session.client)
    } catch (error) {
      // whoever is in charge by now may be behind the same address, and this one never tells
      if (isReadOnly(error)) this.#forget(session.client)
      throw explainDenial(error, this.#options.url)
    } finally {
      if (--session.underWay === 0 && mayExit) insides(session.client).unref()
    }
  }

  /** One whose socket is gone will soon be forgotten, and takes no more statements. */
  async #living(): Promise<Session> {
    const session = await this.#connected()
    if (!insides(session.client).connection.stream.destroyed) return session
    this.#forget(session.client)
    return this.#connected()
  }

  #connected(): Promise<Session> {
    if (this.#closed) return Promise.reject(connectionClosed(this.#options.name))
    if (this.#session) return this.#session
    const session = this.#connect()
    session.catch(() => {
      if (this.#session === session) this.#session = undefined
    })
    this.#session = session
    return session
  }

  async #connect(): Promise<Session> {
    try {
      return await this.#dial()
    } catch (error) {
      if (this.#plain || !refusesSettings(error)) throw explainDatabaseError(error, this.#options.url)
      this.#plain = true
      return this.#connect()
    }
  }

  async #dial(): Promise<Session> {
    const { url, name, settings, onNotification } = this.#options
    const client = new pg.Client({
      ...(url === undefined ? {} : { connectionString: url }),
      ...(settings && !this.#plain ? { options: asStartupOptions(settings) } : {}),
      application_name: name,
      pipeline: true,
      keepAlive: true,
      keepAliveInitialDelayMillis: 5_000,
      connectionTimeoutMillis: Math.min(CONNECT_TIMEOUT_MS, this.#answerTimeout),
      query_timeout: this.#answerTimeout,
    } as pg.ClientConfig)
    this.#client = client
    client.on('error', () => this.#forget(client))
    client.on('end', () => this.#forget(client))
    if (onNotification) client.on('notification', message => onNotification(message.payload ?? ''))
    await client.connect()
    try {
      await this.#options.greet?.((statement, values) => send(client, ...nameless([statement, values])))
      await this.#listen(client)
    } catch (error) {
      client.end().catch(() => {})
      throw error
    }
    return { client, underWay: 0 }
  }

  async #listen(client: pg.Client): Promise<void> {
    const { listen, onListening } = this.#options
    if (listen === undefined || this.#plain) return
    await client.query(`listen ${pg.escapeIdentifier(listen)}`)
    onListening?.()
  }

  #forget(client: pg.Client): void {
    if (this.#client !== client) return
    this.#session = this.#client = undefined
    client.end().catch(() => {})
  }
}

/** A client, and how many statements wait for its answers. */
interface Session {
  readonly client: pg.Client
  underWay: number
}

/** What pg has and its types do not. */
interface Insides {
  ref(): void
  unref(): void
  readonly connection: { readonly stream: { readonly destroyed: boolean; destroy(): void } }
}

function insides(client: pg.Client): Insides {
  return client as unknown as Insides
}
