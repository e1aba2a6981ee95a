import { hostname } from 'node:os'
import { sharedMonotonic, sleep } from '../../framework/clock.ts'
import type { Connection } from '../../framework/connection.ts'
import { VERSION } from '../../framework/own-package.ts'
import type { Service } from '../../framework/service.ts'
import { ring } from '../engine/ring.ts'
import { deregister, register } from '../engine/worker-lease.ts'
import { workerKnows } from '../engine/worker-orders.ts'
import type { Emitter } from '../events.ts'
import { newId } from '../id.ts'
import type { Registry } from '../registry.ts'
import { Backoff } from './backoff.ts'
import { Herald } from './herald.ts'
import { LEASE_MS, Pulse } from './pulse.ts'
import type { HeardNews, PulseNews } from './pulse-messages.ts'

export interface MembershipOptions {
  readonly connection: Connection
  readonly url: string | undefined
  readonly events: Emitter
  /** Whether to listen for notifications. */
  readonly listen: boolean
  readonly concurrency: number
  readonly registry: Registry
  /** What the pulse hears from others. */
  readonly onNews: (news: HeardNews) => void
  /** A life begins in which jobs can be claimed. */
  readonly onJoined: (worker: string) => void
  /** The life of `worker` is over: whatever it had is somebody else's. */
  readonly onLost: (worker: string) => void
}

/**
 * A worker's place among the others: a lease, the pulse that extends it, and its goodbye. One whose lease ran out
 * comes back under another id, as soon as the database lets it.
 */
export class Membership implements Service {
  readonly #options: MembershipOptions
  readonly #pulse: Pulse
  readonly #ending = new AbortController()
  #id = newId()
  #hasLease = false
  #listening = false
  #returning: Promise<void> | undefined

  constructor(options: MembershipOptions) {
    this.#options = options
    const { url, listen, events, connection } = options
    new Herald(events, connection)
    this.#pulse = new Pulse({ url, listen, onNews: news => this.#hear(news) })
  }

  /** The id of the present life. */
  get id(): string {
    return this.#id
  }

  /** Whether there is a life in which jobs can be claimed, as far as is known. */
  get hasLease(): boolean {
    return this.#hasLease
  }

  /** Whether what was claimed in this life is certainly still ours. */
  get isCertain(): boolean {
    return this.#hasLease && this.#pulse.isAlive
  }

  async start(): Promise<void> {
    await this.#join()
  }

  /** This life is the last one: when its lease runs out, none follows. */
  retire(): void {
    this.#ending.abort()
  }

  /** What was given back waits for another worker, which should not have to find it by polling. */
  async stop(): Promise<void> {
    this.retire()
    await this.#returning
    try {
      if (this.#hasLease) await deregister(this.#options.connection, this.#id)
      if (this.#hasLease) await ring(this.#options.connection)
    } catch (error) {
      this.#trouble('saying goodbye', error)
    }
    this.#hasLease = false
    await this.#pulse.stop()
  }

  /** The tasks that this worker knows have changed. */
  async tellTasks(): Promise<void> {
    const { connection, registry } = this.#options
    if (this.#hasLease) await workerKnows(connection, this.#id, registry.names)
  }

  /** The lease of `worker` ran out, or somebody ended it. */
  lost(worker: string): void {
    if (worker !== this.#id || !this.#hasLease) return
    this.#hasLease = false
    this.#id = newId()
    this.#options.onLost(worker)
    this.#options.events.emit('worker:lost', { worker, next: this.#id })
    if (!this.#ending.signal.aborted) this.#returning = this.#comeBack()
  }

  async #join(): Promise<void> {
    const { connection, concurrency, registry, onJoined } = this.#options
    const since = sharedMonotonic()
    const { pid } = process
    const host = hostname()
    const facts = { name: `${host}.${pid}`, host, pid, version: VERSION, concurrency }
    await register(connection, { id: this.#id, ...facts, tasks: registry.names }, LEASE_MS)
    this.#hasLease = true
    this.#pulse.become(this.#id, since)
    onJoined(this.#id)
  }

  async #comeBack(): Promise<void> {
    const backoff = new Backoff()
    while (!this.#ending.signal.aborted) {
      try {
        return await this.#join()
      } catch (error) {
        const again = backoff.next()
        this.#trouble('taking a new lease', error, again)
        await sleep(again, this.#ending.signal)
      }
    }
  }

  #hear(news: PulseNews): void {
    if (news.kind === 'lost') return this.lost(news.worker)
    if (news.kind === 'trouble') return this.#trouble('extending the lease', news.message, news.again)
    this.#tell(news)
    this.#options.onNews(news)
  }

  #tell(news: HeardNews): void {
    const { events } = this.#options
    if (news.kind === 'rung') return events.emit('worker:rung', { what: news.what })
    if (news.kind !== 'listening' || news.listening === this.#listening) return
    this.#listening = news.listening
    events.emit('worker:listening', { listening: news.listening })
  }

  #trouble(doing: string, error: unknown, again = 0): void {
    this.#options.events.emit('worker:trouble', { doing, error, again })
  }
}
