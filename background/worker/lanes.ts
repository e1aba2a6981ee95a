import type { Connection } from '../../framework/connection.ts'
import { lanesOf, setAside } from '../engine/lanes.ts'
import { ring } from '../engine/ring.ts'

/** The lanes in which jobs of this worker's tasks wait. They change when some worker meets a task it does not know. */
export class Lanes {
  readonly #connection: Connection
  readonly #tasks: readonly string[]
  #numbers: readonly number[] = []
  #setAside = 0

  constructor(connection: Connection, tasks: readonly string[]) {
    this.#connection = connection
    this.#tasks = tasks
  }

  get numbers(): readonly number[] {
    return this.#numbers
  }

  async learn(): Promise<void> {
    this.#numbers = await lanesOf(this.#connection, this.#tasks)
  }

  /** So many tasks have been set aside by now; answers whether that may have changed our lanes. */
  async noticed(setAside: number): Promise<boolean> {
    if (setAside === this.#setAside) return false
    await this.learn()
    this.#setAside = setAside
    return true
  }

  /** Gives `tasks`, which nobody here knows, lanes of their own, and tells the other workers. */
  async setAside(tasks: readonly string[]): Promise<void> {
    await setAside(this.#connection, tasks)
    await ring(this.#connection, 'lanes')
  }
}
