import { monotonic, sleep } from '../../framework/clock.ts'
import type { Executor } from '../../framework/executor.ts'
import { ring } from '../engine/ring.ts'

/** Between two rings pass at least so many milliseconds; what is rung for meanwhile shares the second. */
const REST_MS = 5

/**
 * Wakes the workers, at once when it has been quiet and then at most every few milliseconds. Ringing may fail:
 * workers look for themselves now and then.
 */
export class Doorbell {
  readonly #db: Executor
  #quietFrom = 0
  #waiting: Set<string> | undefined

  constructor(db: Executor) {
    this.#db = db
  }

  /** There is work of the kinds in `what`: free, queued, later. A process that wants to end waits for the ring. */
  ring(what: Iterable<string>): void {
    if (this.#waiting) return addAll(this.#waiting, what)
    const wait = this.#quietFrom - monotonic()
    if (wait <= 0) return this.#send(new Set(what))
    this.#waiting = new Set(what)
    void sleep(wait).then(() => this.flush())
  }

  /** Rings now if somebody waits for it. */
  flush(): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting) this.#send(waiting)
  }

  #send(what: Set<string>): void {
    this.#quietFrom = monotonic() + REST_MS
    ring(this.#db, [...what].join(' ')).catch(() => {})
  }
}

function addAll(set: Set<string>, values: Iterable<string>): void {
  for (const value of values) set.add(value)
}
