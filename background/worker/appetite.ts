/** How much work may wait in the process: less than this many milliseconds of it. */
const READY_FOR_MS = 25
/** A queue is held for about so long before others may have it. */
const HOLD_QUEUE_MS = 50
/** Two claims of short jobs: one to work on while the next is on its way. */
const MOST_JOBS = 1_800
const MOST_PER_SLOT = 64

/**
 * How much to claim ahead, learned from how long jobs take. Short jobs are claimed by the hundred so that a
 * round trip pays for itself; long ones only when a slot is free, so that none waits behind a neighbour here
 * while another worker is idle.
 */
export class Appetite {
  readonly #concurrency: number
  #averageMs: number | undefined

  constructor(concurrency: number) {
    this.#concurrency = concurrency
  }

  /** Learns from a job that took `ms`; recent ones count most. */
  learn(ms: number): void {
    this.#averageMs = this.#averageMs === undefined ? ms : this.#averageMs + (ms - this.#averageMs) * 0.05
  }

  /** What was learned does not hold any more: jobs have waited here for too long. */
  forget(): void {
    this.#averageMs = undefined
  }

  /** How many jobs may wait claimed, besides those that run. */
  get ahead(): number {
    if (this.#averageMs === undefined) return 0
    return Math.min(
      MOST_JOBS,
      Math.floor((this.#concurrency * READY_FOR_MS) / Math.max(this.#averageMs, 0.001)),
    )
  }

  /** How many jobs of a queue to take for one slot. */
  get perSlot(): number {
    if (this.#averageMs === undefined) return 1
    return Math.max(1, Math.min(MOST_PER_SLOT, Math.floor(HOLD_QUEUE_MS / Math.max(this.#averageMs, 0.001))))
  }
}
