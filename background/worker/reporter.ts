import { nextTurn } from '../../framework/clock.ts'
import type { Connection } from '../../framework/connection.ts'
import { Loop } from '../../framework/loop.ts'
import type { Service } from '../../framework/service.ts'
import type { ClaimedJob } from '../engine/claimed-job.ts'
import { idsOf } from '../engine/complete.ts'
import type { Emitter } from '../events.ts'
import type { Unit } from './backlog.ts'
import { Backoff } from './backoff.ts'
import type { Attempt } from './executor.ts'
import { tell } from './news.ts'
import { Report } from './report.ts'
import { type Verdict, verdictOn } from './verdict.ts'

export interface ReporterOptions {
  readonly connection: Connection
  readonly events: Emitter
  /** Seconds a finished job is kept unless its task says otherwise. */
  readonly keep: number
  /** Queue slots became free, so their queues may have more for us. */
  readonly onSlotsFreed: () => void
  readonly onReported: () => void
}

/** A job of a task that this worker does not know, met in a queue, is put off for so long. */
const STRANGER_AGAIN_MS = 5_000

/**
 * Tells the database how attempts ended. What ends while a report is under way goes into the next one, so that
 * batches grow with the load and a lone job is reported at once. A report that fails is sent again until it
 * gets through or the lease is lost.
 */
export class Reporter implements Service {
  readonly #options: ReporterOptions
  readonly #loop: Loop
  readonly #backoff = new Backoff()
  readonly #openClaims = new Map<string, number>()
  #worker = ''
  #next = new Report()
  #current: Report | undefined
  #waiting: (() => void)[] = []

  constructor(options: ReporterOptions) {
    this.#options = options
    this.#loop = new Loop(
      () => this.#step(),
      error => this.#trouble(error),
    )
  }

  get idle(): boolean {
    return this.#next.isEmpty && this.#current === undefined
  }

  /** Reports in the name of `worker` from now on; what was done in another name is forgotten. */
  become(worker: string): void {
    this.#worker = worker
    this.#openClaims.clear()
    this.#next = new Report()
    this.#current = undefined
  }

  start(): Promise<void> {
    return this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  /** A claim brought `count` jobs; when all of them are reported it is closed. */
  opened(claim: string, count: number): void {
    if (count > 0) this.#openClaims.set(claim, count)
  }

  /** An attempt ended; `closes` is the unit of which it was the last job. */
  ended(attempt: Attempt, closes: Unit | undefined): void {
    this.#next.attempts.push(attempt)
    this.#add(verdictOn(attempt, this.#options.keep))
    if (closes) this.#close(closes)
    this.#loop.wake()
  }

  /** These jobs go back as they were. */
  giveBack(units: readonly Unit[]): void {
    for (const unit of units) {
      for (const { claim, id } of unit.jobs) this.#add({ verb: 'release', entry: { claim, id } })
      this.#close(unit)
      for (const job of unit.jobs) this.#options.events.emit('job:released', { job })
    }
    if (units.length > 0) this.#loop.wake()
  }

  /** A job of an unknown task at the head of a queue: later, perhaps for a worker that knows it. */
  putOff({ claim, id }: ClaimedJob): void {
    const later = {
      ms: 0,
      again: STRANGER_AGAIN_MS,
      state: 'discarded',
      counts: false,
      error: null,
      keep: 0,
    } as const
    this.#add({ verb: 'fail', entry: { claim, id, ...later } })
    this.#loop.wake()
  }

  /** Resolves when everything so far has been reported. */
  async flushed(): Promise<void> {
    while (!this.idle) await new Promise<void>(resolve => this.#waiting.push(resolve))
  }

  #add(verdict: Verdict): void {
    this.#next.add(verdict)
    const { claim } = verdict.entry
    const left = (this.#openClaims.get(claim) ?? 0) - 1
    if (left > 0) return void this.#openClaims.set(claim, left)
    this.#openClaims.delete(claim)
    this.#next.claims.push(claim)
  }

  #close({ run }: Unit): void {
    if (run) this.#next.slots.push(run)
  }

  async #step(): Promise<number> {
    await nextTurn()
    if (!this.#current) {
      this.#current = this.#next
      this.#next = new Report()
    }
    const report = this.#current
    if (!report.isEmpty) await this.#send(report)
    if (this.#current === report) this.#current = undefined
    if (report.slots.length > 0) this.#options.onSlotsFreed()
    if (this.idle) for (const resolve of this.#waiting.splice(0)) resolve()
    this.#options.onReported()
    return this.#next.isEmpty ? Number.POSITIVE_INFINITY : 0
  }

  async #send(report: Report): Promise<void> {
    try {
      const answers = await this.#options.connection.runTogether(report.calls(this.#worker))
      this.#backoff.reset()
      tell(this.#options.events, report, answers.flatMap(idsOf))
    } catch (error) {
      report.repeated = true
      throw error
    }
  }

  #trouble(error: unknown): number {
    const again = this.#backoff.next()
    this.#options.events.emit('worker:trouble', { doing: 'reporting outcomes', error, again })
    return again
  }
}
