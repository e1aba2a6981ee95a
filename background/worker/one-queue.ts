import type { Connection } from '../../framework/connection.ts'
import { Loop } from '../../framework/loop.ts'
import { claimQueue } from '../engine/claim-queue.ts'
import type { Run } from '../engine/claim-queues.ts'
import type { Emitter } from '../events.ts'
import { newId } from '../id.ts'
import type { Poller } from './poller.ts'
import { promoteDue } from './promotion.ts'
import type { Slots } from './slots.ts'

/** What finds jobs. */
export type Finder = Pick<
  Poller,
  'become' | 'start' | 'stop' | 'expect' | 'expectIn' | 'nudge' | 'sawNothing'
>

export interface OneQueueOptions {
  readonly queue: string
  readonly connection: Connection
  readonly slots: Slots
  readonly events: Emitter
  /** Of a finished job in history, in seconds. */
  readonly keep: number
  readonly onRuns: (runs: readonly Run[]) => void
  readonly onNothing: () => void
  readonly onError: (error: unknown) => void
}

/** Finds the jobs of one queue and no others, one at a time, until none of them is due. */
export class OneQueue implements Finder {
  readonly #options: OneQueueOptions
  readonly #loop: Loop
  #worker = ''
  #sawNothing = false

  constructor(options: OneQueueOptions) {
    this.#options = options
    this.#loop = new Loop(
      () => this.#step(),
      error => {
        options.onError(error)
        return Number.POSITIVE_INFINITY
      },
    )
  }

  get sawNothing(): boolean {
    return this.#sawNothing
  }

  become(worker: string): void {
    this.#worker = worker
  }

  start(): Promise<void> {
    return this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  expect(): void {
    this.#sawNothing = false
    this.#loop.wake()
  }

  /** What is due later is for another time. */
  expectIn(): void {}

  nudge(): void {
    this.#loop.wake()
  }

  async #step(): Promise<number> {
    const { queue, connection, slots, onRuns, onNothing } = this.#options
    if (!slots.idle) return Number.POSITIVE_INFINITY
    while ((await promoteDue(this.#options)).more);
    const runs = await claimQueue(connection, { claim: newId(), worker: this.#worker, queue })
    this.#sawNothing = runs.length === 0
    if (this.#sawNothing) onNothing()
    else onRuns(runs)
    return Number.POSITIVE_INFINITY
  }
}
