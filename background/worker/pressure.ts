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
 * Watches how claims, and what comes before them, are answered. When the database can hardly cope, the worker rests
 * between claims for as long as the last answer took, and says why: once, when it begins, and once when it is over.
 */
export class Pressure {
  readonly #events: Emitter
  readonly #connection: Connection
  #kind: Kind | undefined
  #since = 0
  #restUntil = 0
  #said = Promise.resolve()

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
    const [answer, ms] = await measured(ask)
    this.#answered(ms)
    return answer
  }

  /** Likewise for what a claim has to wait for; that this was answered quickly does not mean that claims are. */
  async timedAside<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const [answer, ms] = await measured(ask)
    if (ms >= SLOW_MS) this.#answered(ms)
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
    this.#say(async () => {
      const suspects = kind === 'slow' ? await this.#suspects() : ''
      this.#events.emit('worker:pressed', { why: why + suspects })
    })
  }

  #leave(): void {
    const after = monotonic() - this.#since
    this.#kind = undefined
    this.#restUntil = 0
    this.#say(() => this.#events.emit('worker:relieved', { after }))
  }

  /** To find out why takes a moment; that it is over is said after that. */
  #say(something: () => void | Promise<void>): void {
    this.#said = this.#said.then(something)
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

async function measured<Answer>(ask: () => Promise<Answer>): Promise<readonly [Answer, ms: number]> {
  const since = monotonic()
  const answer = await ask()
  return [answer, monotonic() - since]
}
