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
  /** An attempt ended; `closes` is its queue slot when it was the last job in it. */
  readonly onEnd: (attempt: Attempt, closes: Unit | undefined) => void
  /** These were claimed and will not be started here. */
  readonly onGiveBack: (units: readonly Unit[]) => void
  /** There is room for more work. */
  readonly onRoom: () => void
}

/** The places in which this worker's jobs run, and what waits for one. */
export class Slots {
  readonly #options: SlotsOptions
  readonly #appetite: Appetite
  readonly #backlog = new Backlog()
  readonly #running = new Set<Execution>()
  #solo: Unit[] = []
  #busy = 0
  #alone = false
  #open = true
  #filling = false
  #whenIdle: (() => void)[] = []

  constructor(options: SlotsOptions) {
    this.#options = options
    this.#appetite = new Appetite(options.concurrency)
  }

  get idle(): boolean {
    return this.#busy === 0 && this.#backlog.size === 0 && this.#solo.length === 0
  }

  get running(): readonly ClaimedJob[] {
    return [...this.#running].map(execution => execution.job)
  }

  /** How many more jobs are wanted; none until half of what may wait has been used up. */
  get room(): number {
    if (!this.#open || this.#alone || this.#solo.length > 0) return 0
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
    for (const unit of units) {
      if ((unit.jobs[0] as ClaimedJob).crashes >= CRASHES_BEFORE_SOLO) this.#solo.push(unit)
      else this.#backlog.add(unit)
    }
    this.fill()
  }

  /** Starts waiting work while there are free slots. */
  fill(): void {
    if (this.#filling) return
    this.#filling = true
    while (this.#busy < this.#options.concurrency && this.#options.mayStart()) {
      const unit = this.#next()
      if (!unit) break
      this.#busy++
      this.#start(unit, 0)
    }
    this.#filling = false
    if (this.#open && this.room > 0) this.#options.onRoom()
    if (this.#busy === 0) for (const tell of this.#whenIdle.splice(0)) tell()
  }

  /** Gives back what has waited here for longer than `ms` while every slot was taken. */
  giveBackOlderThan(ms: number): void {
    const oldest = this.#backlog.oldest()
    if (oldest !== undefined && monotonic() - oldest > ms) this.#options.onGiveBack(this.#backlog.takeAll())
  }

  /** Starts nothing more and gives back what has not started. */
  close(): void {
    this.#open = false
    this.#options.onGiveBack([...this.#backlog.takeAll(), ...this.#solo.splice(0)])
  }

  /** Forgets what has not started: it is not ours any more. */
  drop(): void {
    this.#backlog.takeAll()
    this.#solo = []
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

  /** A job that may be deadly runs when nothing else does, so that a crash names the culprit. */
  #next(): Unit | undefined {
    if (this.#alone) return undefined
    if (this.#solo.length === 0) return this.#backlog.take()
    if (this.#backlog.size > 0) this.#options.onGiveBack(this.#backlog.takeAll())
    if (this.#busy > 0) return undefined
    this.#alone = true
    return this.#solo.shift()
  }

  #start(unit: Unit, index: number): void {
    const job = unit.jobs[index] as ClaimedJob
    const task = this.#options.registry.get(job.task)
    const execution = new Execution(job, task, this.#options.logger, attempt => {
      this.#running.delete(execution)
      this.#ended(attempt, unit, index + 1)
    })
    this.#running.add(execution)
    if (this.#options.events.hears('job:started')) this.#options.events.emit('job:started', { job })
    execution.run()
  }

  #ended(attempt: Attempt, unit: Unit, next: number): void {
    this.#appetite.learn(attempt.ms)
    const isLast = next === unit.jobs.length
    this.#options.onEnd(attempt, isLast ? unit : undefined)
    if (!isLast && this.#open && this.#options.mayStart()) return this.#start(unit, next)
    if (!isLast) this.#options.onGiveBack([{ ...unit, jobs: unit.jobs.slice(next) }])
    this.#busy--
    this.#alone = false
    this.fill()
  }
}
