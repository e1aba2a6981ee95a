import type { WorkerOrder } from '../engine/worker-orders.ts'

/** What the pulse thread is started with. */
export interface PulseSettings {
  readonly url: string | undefined
  readonly worker: string
  readonly leaseMs: number
  readonly beatMs: number
  /** The main thread must show life within this time, or its lease is not extended any more. */
  readonly stallMs: number
  readonly listen: boolean
  /** See {@link SharedPulse}. */
  readonly shared: SharedArrayBuffer
}

/** What the thread tells of the others. */
export type HeardNews =
  /** Somebody scheduled something; `what` says of which kind. */
  | { readonly kind: 'rung'; readonly what: string }
  /** Notifications arrive from now on, and what was said before went unheard; or they arrive no longer. */
  | { readonly kind: 'listening'; readonly listening: boolean }
  /** Another worker's lease ran out. */
  | { readonly kind: 'others-died' }
  /** Somebody wants something of this worker. */
  | { readonly kind: 'told'; readonly order: WorkerOrder }

/** What the thread tells the worker. */
export type PulseNews =
  | HeardNews
  /** The lease of this worker ran out: the jobs may be somebody else's. */
  | { readonly kind: 'lost'; readonly worker: string }
  | { readonly kind: 'trouble'; readonly message: string; readonly again: number }

/** What the worker tells the thread. */
export type PulseOrder = { readonly kind: 'become'; readonly worker: string } | { readonly kind: 'stop' }

/** Memory that both threads see, so that neither has to wait for the other to know. */
export class SharedPulse {
  readonly #deadline: Float64Array
  readonly #life: Int32Array
  readonly #delay: Int32Array

  constructor(buffer: SharedArrayBuffer) {
    this.#deadline = new Float64Array(buffer, 0, 1)
    this.#life = new Int32Array(buffer, 8, 1)
    this.#delay = new Int32Array(buffer, 12, 1)
  }

  static buffer(): SharedArrayBuffer {
    return new SharedArrayBuffer(16)
  }

  /** Until when, on the shared clock, this worker may trust that its jobs are its own. */
  get deadline(): number {
    return this.#deadline[0] as number
  }

  set deadline(at: number) {
    this.#deadline[0] = at
  }

  /** Grows while the main thread's event loop turns. */
  get life(): number {
    return Atomics.load(this.#life, 0)
  }

  /** `delay` is for how many milliseconds the event loop was held up at most since it last did so. */
  showLife(delay = 0): void {
    Atomics.add(this.#life, 0, 1)
    if (delay > Atomics.load(this.#delay, 0)) Atomics.store(this.#delay, 0, delay)
  }

  /** The longest delay since somebody asked. */
  takeDelay(): number {
    return Atomics.exchange(this.#delay, 0, 0)
  }
}
