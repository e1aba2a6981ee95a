import { after, monotonic } from '../../framework/clock.ts'
import type { Executor } from '../../framework/connection.ts'
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
  #cancel: () => void = () => {}

  constructor(db: Executor) {
    this.#db = db
  }

  /** There is work of the kinds in `what`: free, queued, later. */
  ring(what: Iterable<string>): void {
    if (this.#waiting) return addAll(this.#waiting, what)
    const wait = this.#quietFrom - monotonic()
    if (wait <= 0) return this.#send(new Set(what))
    this.#waiting = new Set(what)
    this.#cancel = after(wait, () => this.flush())
  }

  /** Rings now if somebody waits for it. */
  flush(): void {
    this.#cancel()
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
