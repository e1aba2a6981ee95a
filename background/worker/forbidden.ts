import type { Emitter } from '../events.ts'
import type { ForbiddenFlags } from '../flags.ts'

/** The flags whose jobs this worker leaves alone at the moment. */
export class Forbidden {
  readonly #source: ForbiddenFlags
  readonly #events: Emitter
  /** Undefined: nobody could say, so all of them. */
  #flags: ReadonlySet<string> | undefined

  constructor(source: ForbiddenFlags, events: Emitter) {
    this.#source = source
    this.#events = events
    if (typeof source !== 'function') this.#flags = new Set(source)
  }

  /** Whether the answer may change. */
  get mayChange(): boolean {
    return typeof this.#source === 'function'
  }

  /** Asks for the flags if they can change; answers whether they may have. */
  async ask(): Promise<boolean> {
    if (typeof this.#source !== 'function') return false
    try {
      this.#flags = new Set(await this.#source())
    } catch (error) {
      this.#flags = undefined
      this.#events.emit('worker:trouble', { doing: 'asking for forbidden flags', error, again: 0 })
    }
    return true
  }

  /** Whether any of `flags` is forbidden. */
  has(flags: readonly string[]): boolean {
    return flags.length > 0 && (!this.#flags || flags.some(flag => this.#flags?.has(flag)))
  }
}
