import { monotonic } from '../../framework/clock.ts'
import type { Connection } from '../../framework/connection.ts'
import { humanDuration } from '../../framework/duration.ts'
import { messageOf } from '../../framework/errors.ts'
import { serverHealth } from '../engine/health.ts'
import { readOnly } from '../engine/reading.ts'
import type { Emitter } from '../events.ts'

/** To ask for jobs takes a few milliseconds. */
const SLOW_MS = 1_000
const WELL_MS = 250
const LONGEST_REST_MS = 5_000

type Kind = 'slow' | 'failing'

/**
 * Watches how claims, and looks whether there are jobs, are answered. When the database can hardly cope, the worker rests between claims for as long as the
 * last one took, and says why: once, when it begins, and once when it is over.
 */
export class Pressure {
  readonly #events: Emitter
  readonly #connection: Connection
  #kind: Kind | undefined
  #since = 0
  #restUntil = 0

  constructor(events: Emitter, connection: Connection) {
    this.#events = events
    this.#connection = connection
    events.on('claim:made', ({ ms }) => this.#answered(ms))
    events.on('claim:empty', ({ ms }) => this.#answered(ms))
    events.on('worker:trouble', ({ doing, error }) => {
      if (doing === 'claiming jobs') this.#enter('failing', messageOf(error))
    })
  }

  /** Milliseconds until the next claim may be made. */
  get rest(): number {
    return this.#restUntil === 0 ? 0 : Math.max(0, this.#restUntil - monotonic())
  }

  /** Asks the database, and remembers how long that took. */
  async timed<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const since = monotonic()
    const answer = await ask()
    this.#answered(monotonic() - since)
    return answer
  }

  #answered(ms: number): void {
    if (ms < SLOW_MS && !this.#kind) return
    if (ms < WELL_MS) return this.#leave()
    this.#restUntil = monotonic() + Math.min(ms, LONGEST_REST_MS)
    if (ms >= SLOW_MS) this.#enter('slow', `it took ${humanDuration(ms)} to ask for jobs`)
  }

  #enter(kind: Kind, why: string): void {
    if (this.#kind === kind) return
    this.#since = this.#kind ? this.#since : monotonic()
    this.#kind = kind
    if (kind === 'failing') return this.#events.emit('worker:pressed', { why })
    void this.#suspects().then(suspects => this.#events.emit('worker:pressed', { why: why + suspects }))
  }

  #leave(): void {
    this.#kind = undefined
    this.#restUntil = 0
    this.#events.emit('worker:relieved', { after: monotonic() - this.#since })
  }

  /** What keeps the server from clearing away dead rows, or holds locks: transactions that have been open for long. */
  async #suspects(): Promise<string> {
    try {
      const { holders, connections, maxConnections } = await serverHealth(
        readOnly(this.#connection),
        SLOW_MS / 1_000,
      )
      const [oldest] = holders
      const open = oldest && `; ${oldest.what} has been open for ${humanDuration(oldest.seconds * 1_000)}`
      return `${open ?? ''}; ${connections} of ${maxConnections} connections are in use`
    } catch {
      return ''
    }
  }
}
