import { every, monotonic, sleep } from '../../framework/clock.ts'
import { Connection } from '../../framework/connection.ts'
import type { Executor } from '../../framework/executor.ts'
import { DONE_CHANNEL, ring } from '../engine/ring.ts'

/** Who has waited for so long listens; most jobs end sooner. */
const LISTEN_AFTER_MS = 50
/** Workers forget those who have not said for a while that they wait. */
const SAY_AGAIN_MS = 5_000
/** However many jobs end, everybody looks so often at most. */
const NEWS_APART_MS = 10

/** Where those of this process wait who want to know when a job has ended. */
export class WaitingRoom {
  /** Where they look whether it has. */
  readonly db: Executor
  readonly #url: string | undefined
  readonly #waiting = new Set<AbortController>()
  #ear: Connection | undefined
  #heardUntil = 0
  #stopSaying: (() => void) | undefined
  #newsAt = 0
  #calling = false

  constructor(db: Executor, url: string | undefined) {
    this.db = db
    this.#url = url
  }

  /** Whether news are heard: workers answer whenever we say that we wait. Looking is then only for news that got lost. */
  get isListening(): boolean {
    return monotonic() < this.#heardUntil
  }

  /** Resolves after `ms` milliseconds, or when jobs have ended, perhaps others. `since` is when the wait began. */
  async rest(ms: number, since: number): Promise<void> {
    const controller = new AbortController()
    this.#waiting.add(controller)
    if (monotonic() - since >= LISTEN_AFTER_MS) this.#listen()
    await sleep(ms, controller.signal)
    this.#waiting.delete(controller)
  }

  async close(): Promise<void> {
    this.#stopSaying?.()
    this.#stopSaying = undefined
    this.#heardUntil = 0
    const ear = this.#ear
    this.#ear = undefined
    await ear?.close()
  }

  #listen(): void {
    if (this.#ear) return this.#sayAgain()
    this.#ear = new Connection({
      ...{ url: this.#url, name: 'kretes background waits', mayExit: true, listen: DONE_CHANNEL },
      onNotification: () => this.#tellAll(),
      onListening: () => this.#say(),
    })
    this.#ear.open().catch(() => {})
    this.#sayAgain()
  }

  #sayAgain(): void {
    this.#stopSaying ??= every(SAY_AGAIN_MS, () => {
      if (this.#waiting.size > 0) return this.#say()
      void this.close()
    })
  }

  #say(): void {
    // a connection that got lost listens again once it is asked for something
    const ear = this.#ear
    if (ear) void ring(ear, 'waits').catch(() => {})
  }

  #tellAll(): void {
    this.#heardUntil = monotonic() + 2 * SAY_AGAIN_MS
    if (this.#calling) return
    this.#calling = true
    void sleep(Math.max(0, this.#newsAt - monotonic())).then(() => {
      this.#calling = false
      this.#newsAt = monotonic() + NEWS_APART_MS
      for (const waiting of this.#waiting) waiting.abort()
    })
  }
}
