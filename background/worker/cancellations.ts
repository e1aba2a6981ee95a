import type { Connection } from '../../framework/connection.ts'
import { cancelJobs } from '../engine/cancel.ts'
import { type Cancellation, cancellations } from '../engine/cancellations.ts'
import type { Emitter } from '../events.ts'
import type { Retention } from '../registry.ts'

export interface CancellationsOptions {
  readonly connection: Connection
  readonly events: Emitter
  readonly retention: Retention
  /** These run somewhere, perhaps here, and are to be cancelled. */
  readonly onWanted: (wanted: readonly Cancellation[]) => void
}

/**
 * Sees to it that running jobs which somebody wants cancelled end that way. A note about one stays in the database
 * until it has ended, whatever becomes of its worker: one that waits again by now is cancelled at once, by
 * whichever worker looks first.
 */
export class Cancellations {
  readonly #options: CancellationsOptions
  #looking: Promise<void> | undefined
  #again = false

  constructor(options: CancellationsOptions) {
    this.#options = options
  }

  /** There are notes, perhaps new ones. */
  look(): void {
    this.#again = this.#looking !== undefined
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
      if (this.#again) this.look()
    })
  }

  /** Waits for what is under way. */
  async settled(): Promise<void> {
    await this.#looking
  }

  async #look(): Promise<void> {
    const { connection, events, retention, onWanted } = this.#options
    try {
      const notes = await cancellations(connection)
      if (notes.length === 0) return
      const ids = notes.map(note => note.id)
      const answers = await cancelJobs(connection, ids, '', retention)
      const running = new Set(answers.filter(({ standing }) => standing === 'running').map(({ id }) => id))
      onWanted(notes.filter(note => running.has(note.id)))
    } catch (error) {
      // the notes stay, and the next heartbeat tells of them again
      events.emit('worker:trouble', { doing: 'looking for jobs to cancel', error, again: 0 })
    }
  }
}
