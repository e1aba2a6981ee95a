/** Soon after work more may follow. Nobody has to ring for us meanwhile, so these are close together. */
const LINGERING = [5, 10, 15, 20, 25, 25]
/** Transactions that wrote before we rested may still be open: they did not ring, and what they wrote is not seen yet. */
const UNSETTLED = [50, 100, 250, 500, 1_000, 2_500]
/** With notifications a look is only a backstop. */
const RESTING_MS = 5_000
const POLLING = [25, 50, 100, 250, 500, 1_000, 2_000]

/** How often a worker without work looks for some: often soon after it had some, then ever more rarely. */
export class Pace {
  /** Whether notifications arrive. */
  listening = false
  #looks = 0

  /** Whether it is time to rest, and to be rung for. */
  get isRestful(): boolean {
    return this.listening && this.#looks >= LINGERING.length
  }

  /** Milliseconds to the next look; `settled`: whatever is written from now on is rung for. */
  next(settled = false): number {
    return this.#delay(settled) * (0.85 + Math.random() * 0.3)
  }

  /** There was work. */
  reset(): void {
    this.#looks = 0
  }

  #delay(settled: boolean): number {
    const looks = this.#looks++
    if (!this.listening) return nth(POLLING, looks)
    if (looks < LINGERING.length) return nth(LINGERING, looks)
    return settled ? RESTING_MS : nth(UNSETTLED, looks - LINGERING.length)
  }
}

/** The last one repeats. */
function nth(delays: readonly number[], index: number): number {
  return delays[Math.min(index, delays.length - 1)] as number
}
