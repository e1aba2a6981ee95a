import type { Worker as Thread } from 'node:worker_threads'
import { after, every, sharedMonotonic } from '../../framework/clock.ts'
import { ownModule } from '../../framework/own-package.ts'
import { startThread } from '../../framework/thread.ts'
import { LoopDelay } from './loop-delay.ts'
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

/** A thread that ended without being told to is started again after so many milliseconds. */
const AGAIN_MS = 500

/** The worker's side of the pulse thread. */
export class Pulse {
  readonly #options: PulseOptions
  readonly #buffer = SharedPulse.buffer()
  readonly #shared = new SharedPulse(this.#buffer)
  #worker: string | undefined
  #thread: Thread | undefined
  #rest: () => void = () => {}

  constructor(options: PulseOptions) {
    this.#options = options
  }

  /** Whether the jobs of this worker are certainly still its own. */
  get isAlive(): boolean {
    return sharedMonotonic() < this.#shared.deadline
  }

  /** Beats for this life of `worker` from now on; its lease was taken at `since` on the shared clock. */
  become(worker: string, since: number): void {
    this.#shared.deadline = since + LEASE_MS - BEAT_MS
    const isFirst = this.#worker === undefined
    this.#worker = worker
    if (isFirst) return this.#begin()
    this.#thread?.postMessage({ kind: 'become', worker } satisfies PulseOrder)
  }

  async stop(): Promise<void> {
    const thread = this.#thread
    this.#worker = undefined
    this.#thread = undefined
    this.#rest()
    if (!thread) return
    const gone = new Promise(resolve => thread.once('exit', resolve))
    thread.postMessage({ kind: 'stop' } satisfies PulseOrder)
    await gone
  }

  #begin(): void {
    const delay = new LoopDelay()
    const stopShowing = every(SHOW_LIFE_MS, async () => this.#shared.showLife(await delay.take()))
    const stopStarting = this.#startThread()
    this.#rest = () => {
      stopShowing()
      delay.stop()
      stopStarting()
    }
  }

  /** The answered function ends further attempts. */
  #startThread(): () => void {
    const { url, listen, onNews } = this.#options
    const settings: PulseSettings = {
      ...{ url, worker: this.#worker as string, listen, shared: this.#buffer },
      ...{ leaseMs: LEASE_MS, beatMs: BEAT_MS, stallMs: STALL_MS },
    }
    let cancel = () => {}
    const thread = startThread(ownModule('background/worker/pulse-thread'), settings)
    this.#thread = thread
    thread.on('message', onNews)
    thread.on('error', error => onNews({ kind: 'trouble', message: String(error), again: AGAIN_MS }))
    thread.on('exit', () => {
      if (this.#thread !== thread) return
      this.#thread = undefined
      cancel = after(AGAIN_MS, () => {
        cancel = this.#startThread()
      })
    })
    return () => cancel()
  }
}
