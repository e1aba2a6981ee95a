import type { WorkerOrder } from '../engine/worker-orders.ts'
import type { Emitter } from '../events.ts'
import type { Slots } from './slots.ts'

/** Who wants a worker to take no more jobs. */
type Wisher = 'process' | 'operator'

export interface QuietOptions {
  readonly events: Emitter
  readonly slots: Slots
  /** The id of the worker's present life. */
  readonly worker: () => string
  /** Ends the worker. */
  readonly stop: () => void
}

/** Lets a worker be quiet for a while: what runs goes on, what waits here goes back, and nothing new is taken. */
export class Quiet {
  readonly #options: QuietOptions
  readonly #wishers = new Set<Wisher>()
  #isDismissed = false

  constructor(options: QuietOptions) {
    this.#options = options
  }

  get isOn(): boolean {
    return this.#wishers.size > 0
  }

  begin(by: Wisher = 'process'): void {
    if (this.#isDismissed || this.#wishers.has(by)) return
    this.#wishers.add(by)
    const { events, slots, worker } = this.#options
    slots.close()
    events.emit('worker:quieted', { worker: worker(), by })
  }

  /** It takes jobs again once nobody wants it to be quiet. */
  end(by: Wisher = 'process'): void {
    if (this.#isDismissed || !this.#wishers.delete(by) || this.isOn) return
    const { events, slots, worker } = this.#options
    slots.open()
    events.emit('worker:resumed', { worker: worker(), by })
  }

  /** An operator elsewhere wants something. */
  obey(order: WorkerOrder): void {
    if (order === 'quiet') return this.begin('operator')
    if (order === 'work') return this.end('operator')
    if (this.#isDismissed) return
    this.retire()
    this.#options.events.emit('worker:dismissed', { worker: this.#options.worker() })
    this.#options.stop()
  }

  /** The worker ends: it will not take jobs again, whoever asks. */
  retire(): void {
    this.#isDismissed = true
  }
}
