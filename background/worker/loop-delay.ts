import { monitorEventLoopDelay } from 'node:perf_hooks'
import { nextTurn } from '../../framework/clock.ts'

/** How precisely delays are known: so often somebody has to look. */
const PRECISION_MS = 20

/** For how long the event loop of this thread is held up. */
export class LoopDelay {
  readonly #seen = monitorEventLoopDelay({ resolution: PRECISION_MS })

  constructor() {
    this.#seen.enable()
  }

  /** The longest delay since somebody took one, in milliseconds. */
  async take(): Promise<number> {
    // a delay is seen when the loop turns again, and whoever asks may be called before that
    await nextTurn()
    const ms = Math.round(this.#seen.max / 1e6) - PRECISION_MS
    // begun anew, the monitor misses what happens until it has looked once: not for nothing
    if (ms < PRECISION_MS) return 0
    this.#seen.reset()
    return ms
  }

  stop(): void {
    this.#seen.disable()
  }
}
