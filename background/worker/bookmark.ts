import { monotonic } from '../../framework/clock.ts'
import type { Claimed, Position } from '../engine/claim.ts'

/** Claims from the beginning take at most one part in so many of the time. */
const SHARE = 5

/**
 * Where in each lane the next claim may begin.
 *
 * What was claimed stays in the index until vacuum takes it away, which it may not while some transaction is old enough
 * to see it: a claim from the beginning then passes over all of it, every time. So a claim begins where the last one
 * ended. What has come, or come back, in front of that is found by a claim from the beginning, and the cheaper these
 * are, the more often they are made: as good as always when there is nothing to pass over.
 */
export class Bookmark {
  readonly #ends = new Map<number, Position>()
  #beginAt = 0

  /** Where to begin; undefined: at the beginning. */
  get place(): ReadonlyMap<number, Position> | undefined {
    return monotonic() < this.#beginAt ? this.#ends : undefined
  }

  /** A claim that began at `place` took `ms` milliseconds. */
  claimed({ ends }: Claimed, place: ReadonlyMap<number, Position> | undefined, ms: number): void {
    if (place === undefined) {
      this.#ends.clear()
      this.#beginAt = monotonic() + ms * (SHARE - 1)
    }
    for (const [lane, end] of ends) this.#ends.set(lane, end)
  }

  /** The next claim begins at the beginning. */
  lose(): void {
    this.#beginAt = 0
  }
}
