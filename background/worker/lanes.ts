import type { Connection } from '../../framework/connection.ts'
import { type Lane, lanesOf, moveAside, type Stranger, setAside } from '../engine/lanes.ts'
import { ring } from '../engine/ring.ts'
import type { Registry } from '../registry.ts'
import type { Forbidden } from './forbidden.ts'

/** Where ordinary jobs wait: those without flags, of tasks that every worker knows. */
const ORDINARY = 0

/** The lanes in which jobs wait that this worker may take. There are more when jobs with new flags or unknown tasks come. */
export class Lanes {
  readonly #connection: Connection
  readonly #registry: Registry
  readonly #forbidden: Forbidden
  #lanes: readonly Lane[] = []
  #count = 0
  #numbers: readonly number[] = [ORDINARY]

  constructor(connection: Connection, registry: Registry, forbidden: Forbidden) {
    this.#connection = connection
    this.#registry = registry
    this.#forbidden = forbidden
  }

  /** Those without a forbidden flag, as far as was last asked. */
  get numbers(): readonly number[] {
    return this.#numbers
  }

  /** Whether they may change without anybody telling. */
  get mayChange(): boolean {
    return this.#forbidden.mayChange
  }

  async learn(): Promise<void> {
    this.#lanes = await lanesOf(this.#connection, this.#registry.names)
    this.#choose()
  }

  /** There are so many by now; answers whether there may be more for us. */
  async noticed(count: number): Promise<boolean> {
    if (count === this.#count) return false
    await this.learn()
    this.#count = count
    return true
  }

  /** Asks anew which flags are forbidden. */
  async ask(): Promise<void> {
    if (await this.#forbidden.ask()) this.#choose()
  }

  /** Gives the tasks of `strangers`, which nobody here knows, lanes of their own, and tells the other workers. */
  async setAside(
    worker: string,
    strangers: readonly (Stranger & { readonly task: string })[],
  ): Promise<void> {
    await setAside(this.#connection, [...new Set(strangers.map(job => job.task))])
    await moveAside(this.#connection, worker, strangers)
    await ring(this.#connection, 'lanes')
  }

  #choose(): void {
    const allowed = this.#lanes.filter(lane => !this.#forbidden.has(lane.flags))
    this.#numbers = [ORDINARY, ...allowed.map(lane => lane.id)]
  }
}
