import type { Connection } from '../../framework/connection.ts'
import { look, type Sight } from '../engine/look.ts'
import { rest, rise } from '../engine/rest.ts'

/**
 * A worker without work rests: from then on those who write jobs ring for it, in their transactions, which costs
 * them a lock. As long as it works it looks by itself and nobody has to.
 */
export class Rest {
  readonly #connection: Connection
  /** The session that rests; undefined when none does. */
  #session: string | undefined
  /** The transaction from which on they ring. */
  #since = 0
  #settled = false

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Whether every transaction that may have written a job without ringing has ended, and was looked at. */
  get isSettled(): boolean {
    return this.#settled
  }

  /** Looks, and rests unless it does already. A session that got lost has rested, and the next one will. */
  async look(lanes: readonly number[]): Promise<Sight> {
    const sight = await (this.#session === undefined ? this.#begin(lanes) : look(this.#connection, lanes))
    if (sight.session !== this.#session) this.#session = undefined
    this.#settled = this.#session !== undefined && sight.allEndedBefore >= this.#since
    return sight
  }

  /** There is work, or nobody can be heard: we look by ourselves. */
  end(): void {
    if (this.#session === undefined) return
    this.#session = undefined
    this.#settled = false
    // a session that got lost does not rest any more
    rise(this.#connection).catch(() => {})
  }

  async #begin(lanes: readonly number[]): Promise<Sight> {
    const sight = await rest(this.#connection, lanes)
    if (sight.rests) this.#session = sight.session
    this.#since = sight.since
    return sight
  }
}
