import { monotonic } from '../../framework/clock.ts'
import type { Executor } from '../../framework/executor.ts'
import { ringDone } from '../engine/ring.ts'
import type { Emitter } from '../events.ts'

/** Who waits says so again before this is over. */
const INTEREST_MS = 15_000

/**
 * Tells those who wait for the end of jobs when some have ended, as long as somebody has said lately that they wait: while
 * nobody does, a report costs nothing more.
 */
export class Herald {
  readonly #events: Emitter
  readonly #db: Executor
  #until = 0
  #ignore: (() => void) | undefined
  #isTelling = false
  #hasMore = false

  constructor(events: Emitter, db: Executor) {
    this.#events = events
    this.#db = db
    events.on('worker:rung', ({ what }) => {
      if (what.includes('waits')) this.#listen()
    })
  }

  #listen(): void {
    this.#until = monotonic() + INTEREST_MS
    this.#ignore ??= this.#events.on('report:sent', () => this.#tell())
    this.#tell()
  }

  /** What ends while somebody is being told is told next, so that a busy worker tells once per round trip. */
  #tell(): void {
    if (monotonic() > this.#until) {
      this.#ignore?.()
      this.#ignore = undefined
      return
    }
    this.#hasMore = this.#isTelling
    if (this.#isTelling) return
    this.#isTelling = true
    const told = ringDone(this.#db).catch(() => {})
    void told.then(() => {
      this.#isTelling = false
      if (this.#hasMore) this.#tell()
    })
  }
}
