import type { Connection } from '../../framework/connection.ts'
import { connecting } from './connecting.ts'

/** The two ways of a worker to the database: an outcome never waits behind a claim. */
export class Connections {
  readonly claiming: Connection
  readonly reporting: Connection
  #isLast = false

  constructor(url: string | undefined, onTakenOver: () => void) {
    const connect = connecting(url, onTakenOver)
    this.claiming = connect('claims')
    this.reporting = connect('reports')
  }

  /** From now on nothing is said any more once the sessions have been dropped. */
  retire(): void {
    this.#isLast = true
  }

  /** Waits for no more answers; what is asked next is asked in new sessions, or refused if these were the last ones. */
  drop(): void {
    if (this.#isLast) void this.close()
    for (const one of this.#both) one.drop()
  }

  /** Waits for the answers to what was asked. */
  async close(): Promise<void> {
    await Promise.all(this.#both.map(one => one.close()))
  }

  get #both(): readonly Connection[] {
    return [this.claiming, this.reporting]
  }
}
