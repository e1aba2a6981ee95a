import { monotonic } from '../../framework/clock.ts'
import type { Connection } from '../../framework/connection.ts'
import { look, type Sight } from '../engine/look.ts'
import type { Lanes } from './lanes.ts'
import { Pace } from './pace.ts'
import { Rest } from './rest.ts'

/** While there is work a look is for what nobody told us of. */
const LOOK_AT_WORK_MS = 250

/** When a worker looks for work by itself, and how. Without any for a while it rests. */
export class Lookout {
  readonly #connection: Connection
  readonly #lanes: Lanes
  readonly #pace = new Pace()
  readonly #rest: Rest
  #working = true
  #at = 0

  constructor(connection: Connection, lanes: Lanes) {
    this.#connection = connection
    this.#lanes = lanes
    this.#rest = new Rest(connection)
  }

  /** When to look next, on the monotonic clock. */
  get at(): number {
    return this.#at
  }

  get listening(): boolean {
    return this.#pace.listening
  }

  /** Notifications arrive from now on, or no longer. */
  set listening(listening: boolean) {
    this.#pace.listening = listening
    this.#pace.reset()
    this.rise()
  }

  /** Not now: there will be claims. */
  postpone(): void {
    this.#at = monotonic() + this.#pace.next()
  }

  /** Now: there are other lanes. */
  hurry(): void {
    this.#at = 0
  }

  /** There was work: more may follow soon, also of a kind that nobody told us of. */
  found(): void {
    this.#working = true
    this.#pace.reset()
    this.rise()
    this.#noLaterThan(LOOK_AT_WORK_MS)
  }

  /** There is nothing to do, as far as is known. */
  foundNothing(): void {
    if (this.#working) this.#noLaterThan(this.#pace.next())
    this.#working = false
  }

  /** We look by ourselves again. */
  rise(): void {
    this.#rest.end()
  }

  /** What there is for us; lanes that are new count as work. */
  async look(): Promise<Sight> {
    const lanes = this.#lanes
    await lanes.ask()
    const { numbers } = lanes
    const sight = await (this.#pace.isRestful ? this.#rest.look(numbers) : look(this.#connection, numbers))
    const changed = await lanes.noticed(sight.lanes)
    const settled = this.#rest.isSettled && !lanes.mayChange
    this.#at = monotonic() + (this.#working ? LOOK_AT_WORK_MS : this.#pace.next(settled))
    return { ...sight, free: sight.free || changed }
  }

  #noLaterThan(ms: number): void {
    this.#at = Math.min(this.#at, monotonic() + ms)
  }
}
