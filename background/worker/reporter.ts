import { monotonic, nextTurn } from '../../framework/clock.ts'
import type { Connection } from '../../framework/connection.ts'
import { Loop } from '../../framework/loop.ts'
import type { Service } from '../../framework/service.ts'
import { isAboutValues, isRefusal } from '../engine/refusal.ts'
import type { Emitter } from '../events.ts'
import type { Unit } from './backlog.ts'
import { Backoff } from './backoff.ts'
import type { Attempt } from './executor.ts'
import { againOf, tell, tellStale } from './news.ts'
import { OutcomeRefused } from './outcome-refused.ts'
import { type Entry, Report } from './report.ts'
import { verdictOn } from './verdict.ts'

export interface ReporterOptions {
  readonly connection: Connection
  readonly events: Emitter
  /** Seconds a finished job is kept unless its task says otherwise. */
  readonly keep: number
  /** Something has been reported. */
  readonly onReported: (report: Report) => void
  /** A job will be due again in so many milliseconds. */
  readonly onAgain: (ms: number) => void
}

const PUT_OFF_MS = 5_000

/**
 * Tells the database how attempts ended. What ends while a report is under way goes into the next one, so that
 * batches grow with the load and a lone job is reported at once. A report that fails is sent again until it
 * gets through or the lease is lost; one that is refused is taken apart until the outcome to blame is alone.
 */
export class Reporter implements Service {
  readonly #options: ReporterOptions
  readonly #loop: Loop
  readonly #backoff = new Backoff()
  /** Claims of this life, and how many of their jobs are yet to be reported. */
  readonly #openClaims = new Map<string, number>()
  #worker = ''
  #next = new Report()
  #pending: Report[] = []
  #sending: Report | undefined
  #waiting: (() => void)[] = []

  constructor(options: ReporterOptions) {
    this.#options = options
    this.#loop = new Loop(
      () => this.#step(),
      error => this.#trouble(error),
    )
  }

  /** Whether nothing is claimed that has not been reported. */
  get idle(): boolean {
    return this.#isSent && this.#openClaims.size === 0
  }

  /** Reports in the name of `worker` from now on. */
  become(worker: string): void {
    this.#worker = worker
  }

  /** What was claimed is not ours any more: whatever became of it is told too late. */
  forget(): void {
    const late = [...this.#pending.splice(0), this.#next].filter(report => report !== this.#sending)
    this.#openClaims.clear()
    this.#next = new Report()
    for (const entry of late.flatMap(report => report.entries)) tellStale(this.#options.events, entry)
    this.#tellWaiting()
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
    const verdict = verdictOn(attempt, this.#options.keep)
    this.#add({ job: attempt.job, verdict, attempt })
    if (closes) this.#close(closes)
    this.#loop.wake()
  }

  /** These jobs go back as they were. */
  giveBack(units: readonly Unit[]): void {
    for (const unit of units) {
      for (const job of unit.jobs)
        this.#add({ job, verdict: { verb: 'release', entry: job }, attempt: undefined })
      this.#close(unit)
    }
    if (units.length > 0) this.#loop.wake()
  }

  /** These are for later, perhaps for another worker: not started, and in the way where they are. */
  putOff(units: readonly Unit[]): void {
    const how = { ms: 0, again: PUT_OFF_MS, state: 'discarded', counts: false, error: null, keep: 0 } as const
    for (const unit of units) {
      for (const job of unit.jobs) {
        const { claim, id } = job
        this.#add({ job, verdict: { verb: 'fail', entry: { claim, id, ...how } }, attempt: undefined })
      }
      this.#close(unit)
    }
    if (units.length > 0) this.#loop.wake()
  }

  /** Resolves when all that was claimed is reported, or is not ours to report any more. */
  async settled(): Promise<void> {
    while (!this.idle) await this.#change()
  }

  get #isSent(): boolean {
    return this.#next.isEmpty && this.#pending.length === 0
  }

  #change(): Promise<void> {
    return new Promise<void>(resolve => this.#waiting.push(resolve))
  }

  #tellWaiting(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** What belongs to a claim of a former life is for whoever has it now. */
  #add(entry: Entry): void {
    const { claim } = entry.job
    const left = this.#openClaims.get(claim)
    if (left === undefined) return tellStale(this.#options.events, entry)
    this.#next.entries.push(entry)
    if (left > 1) return void this.#openClaims.set(claim, left - 1)
    this.#openClaims.delete(claim)
    this.#next.claims.push(claim)
  }

  #close({ run }: Unit): void {
    if (run) this.#next.slots.push(run)
  }

  async #step(): Promise<number> {
    await nextTurn()
    if (this.#pending.length === 0 && !this.#next.isEmpty) {
      this.#pending.push(this.#next)
      this.#next = new Report()
    }
    const [report] = this.#pending
    if (report) await this.#send(report)
    this.#tellWaiting()
    return this.#isSent ? Number.POSITIVE_INFINITY : 0
  }

  async #send(report: Report): Promise<void> {
    this.#sending = report
    const since = monotonic()
    try {
      const lost = await report.send(this.#options.connection, this.#worker)
      if (this.#pending[0] === report) this.#pending.shift()
      this.#backoff.reset()
      this.#options.events.emit('report:sent', { jobs: report.entries.length, ms: monotonic() - since })
      this.#succeeded(report, lost)
    } catch (error) {
      if (this.#pending[0] === report) this.#failed(report, error)
      else for (const entry of report.entries) tellStale(this.#options.events, entry)
    } finally {
      this.#sending = undefined
    }
  }

  #succeeded(report: Report, lost: readonly string[]): void {
    const { events, onAgain, onReported } = this.#options
    tell(events, report, lost)
    const delays = report.entries.map(({ verdict }) => againOf(verdict)).filter(ms => ms !== null)
    if (delays.length > 0) onAgain(delays.reduce((least, ms) => Math.min(least, ms)))
    onReported(report)
  }

  /** @throws the error, when sending the same again is all that can be done. */
  #failed(report: Report, error: unknown): void {
    if (!isRefusal(error)) report.repeated = true
    if (!isAboutValues(error)) throw error
    report.refusals++
    if (report.entries.length > 1) this.#pending.splice(0, 1, ...report.halves())
    else if (report.refusals === 2) this.#pending[0] = this.#withoutOutcome(report, error)
    else if (report.refusals > 2) throw error
  }

  /** An outcome that the database will not have, twice and alone, is a failure. */
  #withoutOutcome(report: Report, cause: unknown): Report {
    const entries = report.entries.map(({ job, attempt, verdict }) => {
      if (!attempt) return { job, attempt, verdict }
      const outcome = { kind: 'failed', error: new OutcomeRefused(attempt.outcome.kind, cause) } as const
      const failed = { ...attempt, outcome, log: undefined }
      return { job, attempt: failed, verdict: verdictOn(failed, this.#options.keep) }
    })
    const plain = new Report(entries, report)
    plain.refusals = report.refusals
    return plain
  }

  #trouble(error: unknown): number {
    const again = this.#backoff.next()
    this.#options.events.emit('worker:trouble', { doing: 'reporting outcomes', error, again })
    return again
  }
}
