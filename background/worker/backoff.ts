const FIRST_MS = 50
const LAST_MS = 5_000

/** Growing, jittered delays between attempts to reach the database, so that a fleet does not come back as one. */
export class Backoff {
  readonly #random: () => number
  #failures = 0

  constructor(random: () => number = Math.random) {
    this.#random = random
  }

  /** The delay after one more failure, in milliseconds. */
  next(): number {
    const most = Math.min(LAST_MS, FIRST_MS * 2 ** this.#failures++)
    return Math.round(most * (0.5 + this.#random() / 2))
  }

  reset(): void {
    this.#failures = 0
  }
}
