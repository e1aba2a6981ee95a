import type { Worker as Thread } from 'node:worker_threads'
import { every, sharedMonotonic } from '../../framework/clock.ts'
import { startThread } from '../../framework/thread.ts'
import { type PulseNews, type PulseOrder, type PulseSettings, SharedPulse } from './pulse-messages.ts'

/** How long a worker may be silent before others take its jobs. */
export const LEASE_MS = 8_000
const BEAT_MS = 2_000
/** An event loop that has not turned for so long hangs: its worker is given up. */
const STALL_MS = 60_000
const SHOW_LIFE_MS = 250

export interface PulseOptions {
  readonly url: string | undefined
  /** Whether to listen for notifications. */
  readonly listen: boolean
  readonly onNews: (news: PulseNews) => void
}

/** The worker's side of the pulse thread. */
export class Pulse {
  readonly #options: PulseOptions
  readonly #buffer = SharedPulse.buffer()
  readonly #shared = new SharedPulse(this.#buffer)
  #thread: Thread | undefined
  #rest: () => void = () => {}

  constructor(options: PulseOptions) {
    this.#options = options
  }

  /** Whether the jobs of this worker are certainly still its own. */
  get isAlive(): boolean {
    return sharedMonotonic() < this.#shared.deadline
  }

  get hasStarted(): boolean {
    return this.#thread !== undefined
  }

  /** Begins to beat for `worker`, whose lease was taken at `since` on the shared clock. */
  start(worker: string, since: number): void {
    const { url, listen, onNews } = this.#options
    this.#shared.deadline = since + LEASE_MS - BEAT_MS
    const settings: PulseSettings = {
      ...{ url, worker, listen, shared: this.#buffer },
      ...{ leaseMs: LEASE_MS, beatMs: BEAT_MS, stallMs: STALL_MS },
    }
    this.#thread = startThread(new URL('./pulse-thread.ts', import.meta.url), settings)
    this.#thread.on('message', onNews)
    this.#thread.on('error', error => onNews({ kind: 'trouble', message: String(error), again: 0 }))
    this.#rest = every(SHOW_LIFE_MS, () => this.#shared.showLife())
  }

  /** Goes on for another life of the worker. */
  become(worker: string, since: number): void {
    this.#shared.deadline = since + LEASE_MS - BEAT_MS
    this.#order({ kind: 'become', worker })
  }

  async stop(): Promise<void> {
    const thread = this.#thread
    if (!thread) return
    this.#thread = undefined
    this.#rest()
    const gone = new Promise(resolve => thread.once('exit', resolve))
    thread.postMessage({ kind: 'stop' } satisfies PulseOrder)
    await gone
  }

  #order(order: PulseOrder): void {
    this.#thread?.postMessage(order)
  }
}
