import { monotonic } from '../../framework/clock.ts'
import type { Logger } from '../../framework/logger.ts'
import type { ClaimedJob } from '../engine/claimed-job.ts'
import { CRASHES_BEFORE_SOLO } from '../engine/rescue.ts'
import type { Emitter } from '../events.ts'
import type { Outcome } from '../outcome.ts'
import type { Registry } from '../registry.ts'
import { Appetite } from './appetite.ts'
import { Backlog, type Unit } from './backlog.ts'
import { type Attempt, Execution } from './executor.ts'

export interface SlotsOptions {
  readonly concurrency: number
  readonly registry: Registry
  readonly logger: Logger
  readonly events: Emitter
  /** Whether this worker's jobs are still its own. */
  readonly mayStart: () => boolean
  /** An attempt ended; `closes` is its unit when it was the last job in it. */
  readonly onEnd: (attempt: Attempt, closes: Unit | undefined) => void
  /** These were claimed and will not be started here. */
  readonly onGiveBack: (units: readonly Unit[]) => void
  /** There is room for more work. */
  readonly onRoom: () => void
  /** Resolves when the database knows of everything that ended here or was given back. */
  readonly reported: () => Promise<void>
}

/** The places in which this worker's jobs run, and what waits for one. */
export class Slots {
  readonly #options: SlotsOptions
  readonly #appetite: Appetite
  readonly #backlog = new Backlog()
  readonly #running = new Set<Execution>()
  #suspects: Unit[] = []
  #isolating = false
  #busy = 0
  #open = true
  #filling = false
  #life = 0
  #whenIdle: (() => void)[] = []

  constructor(options: SlotsOptions) {
    this.#options = options
    this.#appetite = new Appetite(options.concurrency)
  }

  get idle(): boolean {
    return this.#busy === 0 && this.#backlog.size === 0 && this.#suspects.length === 0
  }

  get running(): readonly ClaimedJob[] {
    return [...this.#running].map(execution => execution.job)
  }

  /** How many more jobs are wanted; none until half of what may wait has been used up. */
  get room(): number {
    if (!this.#open || this.#isolating) return 0
    const free = this.#options.concurrency - this.#busy
    const wanted = free + this.#appetite.ahead - this.#backlog.size
    return this.#backlog.size > (free + this.#appetite.ahead) / 2 ? 0 : Math.max(0, wanted)
  }

  get perSlot(): number {
    return this.#appetite.perSlot
  }

  /** Takes claimed work; starts what it can at once. */
  offer(units: readonly Unit[]): void {
    if (!this.#open) return this.#options.onGiveBack(units)
    for (const unit of units) this.#take(unit)
    this.fill()
  }

  /** Starts waiting work while there are free slots. */
  fill(): void {
    if (this.#filling) return
    this.#filling = true
    while (
      this.#open &&
      !this.#isolating &&
      this.#busy < this.#options.concurrency &&
      this.#options.mayStart()
    ) {
      const unit = this.#suspects.length === 0 ? this.#backlog.take() : undefined
      if (!unit) break
      this.#busy++
      this.#start(unit, 0)
    }
    this.#filling = false
    if (this.#suspects.length > 0) void this.#isolate()
    if (this.room > 0) this.#options.onRoom()
    if (this.#busy === 0) for (const tell of this.#whenIdle.splice(0)) tell()
  }

  /** Gives back what has waited here for longer than `ms` while every slot was taken. */
  giveBackOlderThan(ms: number): void {
    this.fill()
    const oldest = this.#backlog.oldest()
    if (oldest === undefined || monotonic() - oldest <= ms) return
    this.#appetite.forget()
    this.#options.onGiveBack(this.#backlog.takeAll())
  }

  /** Starts nothing more and gives back what has not started. */
  close(): void {
    this.#open = false
    this.#options.onGiveBack([...this.#backlog.takeAll(), ...this.#suspects.splice(0)])
  }

  /** Nothing here is ours any more: forgets what waits, tells what runs to stop and ends it for us. */
  forget(reason: unknown): void {
    this.#life++
    this.#backlog.takeAll()
    this.#suspects = []
    this.abort(reason)
    this.forsake({ kind: 'released' })
  }

  /** Resolves when nothing runs. */
  async settled(): Promise<void> {
    if (this.#busy > 0) await new Promise<void>(resolve => this.#whenIdle.push(resolve))
  }

  /** Tells every running task to stop. */
  abort(reason: unknown): void {
    for (const execution of this.#running) execution.abort(reason)
  }

  /** Ends every running attempt for us with `outcome`, whatever the tasks still do. */
  forsake(outcome: Outcome): void {
    for (const execution of [...this.#running]) execution.forsake(outcome)
  }

  /** A unit goes up to the first job that may be deadly: that one starts a unit of its own, the others wait for it. */
  #take(unit: Unit): void {
    const suspect = unit.jobs.findIndex(job => job.crashes >= CRASHES_BEFORE_SOLO)
    if (suspect === -1) return this.#backlog.add(unit)
    const end = Math.max(1, suspect)
    const first = { ...unit, jobs: unit.jobs.slice(0, end) }
    if (suspect === 0) this.#suspects.push(first)
    else this.#backlog.add(first)
    if (end < unit.jobs.length)
      this.#options.onGiveBack([{ ...unit, jobs: unit.jobs.slice(end), run: undefined }])
  }

  /**
   * A job that may be deadly runs when this worker has nothing else, neither here nor in the database, so that a
   * crash names the culprit. Everything else is given back and waits elsewhere, or here once this one is done.
   */
  async #isolate(): Promise<void> {
    if (this.#isolating) return
    this.#isolating = true
    const life = this.#life
    await this.settled()
    this.#options.onGiveBack([...this.#backlog.takeAll(), ...this.#suspects.splice(1)])
    await this.#options.reported()
    if (this.#life === life) await this.#runAlone(this.#suspects.shift())
    this.#isolating = false
    this.fill()
  }

  async #runAlone(unit: Unit | undefined): Promise<void> {
    if (!unit) return
    if (!this.#options.mayStart()) return this.#options.onGiveBack([unit])
    this.#busy++
    this.#start(unit, 0)
    await this.settled()
  }

  #start(unit: Unit, index: number): void {
    const job = unit.jobs[index] as ClaimedJob
    const life = this.#life
    const task = this.#options.registry.get(job.task)
    const execution = new Execution(job, task, this.#options.logger, attempt => {
      this.#running.delete(execution)
      this.#ended(attempt, unit, index + 1, life)
    })
    this.#running.add(execution)
    if (this.#options.events.hears('job:started')) this.#options.events.emit('job:started', { job })
    execution.run()
  }

  #ended(attempt: Attempt, unit: Unit, next: number, life: number): void {
    this.#appetite.learn(attempt.ms)
    const isLast = next === unit.jobs.length
    this.#options.onEnd(attempt, isLast ? unit : undefined)
    const goesOn = this.#open && life === this.#life && this.#options.mayStart()
    if (!isLast && goesOn) return this.#start(unit, next)
    if (!isLast) this.#options.onGiveBack([{ ...unit, jobs: unit.jobs.slice(next) }])
    this.#busy--
    this.fill()
  }
}
