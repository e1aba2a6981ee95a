import { monotonic } from '../../framework/clock.ts'

/** What the database's clock shows, as far as one can know between two answers. Never ahead of it. */
export class ServerClock {
  #ahead = Number.NaN

  /** The server said that it is `now`, in milliseconds since 1970, and the answer has just arrived. */
  hear(now: number): void {
    this.#ahead = now - monotonic()
  }

  get now(): number {
    return monotonic() + this.#ahead
  }
}
