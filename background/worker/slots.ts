import { monotonic, nextTurn } from '../../framework/clock.ts'
import type { Cancellation } from '../engine/cancellations.ts'
import type { ClaimedJob } from '../engine/claimed-job.ts'
import { isSuspect } from '../engine/trial.ts'
import { factsOf } from '../events.ts'
import type { Outcome } from '../outcome.ts'
import { Appetite } from './appetite.ts'
import { Backlog, split, type Unit } from './backlog.ts'
import { type Attempt, Execution } from './executor.ts'
import type { SlotsOptions } from './slots-options.ts'
import { Suspects } from './suspects.ts'

/** So many short jobs take longer than sending the next claim. */
const MANY = 100

/** The places in which this worker's jobs run, and what waits for one. */
export class Slots {
  readonly #options: SlotsOptions
  readonly #appetite: Appetite
  readonly #backlog = new Backlog()
  readonly #running = new Set<Execution>()
  readonly #suspects = new Suspects()
  /** Jobs that wait here and are to be cancelled, and why; none until somebody cancels one. */
  #unwanted: WeakMap<ClaimedJob, string> | undefined
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
    return this.#busy === 0 && this.#backlog.size === 0 && this.#suspects.units.length === 0
  }

  /** Whether something waits here for a place. */
  get isWaiting(): boolean {
    return this.#backlog.size > 0 || this.#suspects.units.length > 0
  }

  get running(): readonly ClaimedJob[] {
    return [...this.#running].map(execution => execution.job)
  }

  /** How many more jobs are wanted; none until half of what may wait has been used up, and none while free suspects wait. */
  get room(): number {
    if (!this.#open || this.#suspects.isFreeWaiting) return 0
    const free = this.#options.concurrency - this.#busy
    const wanted = free + this.#appetite.ahead - this.#backlog.size
    return this.#backlog.size > (free + this.#appetite.ahead) / 2 ? 0 : Math.max(0, wanted)
  }

  get perSlot(): number {
    return this.#appetite.perSlot
  }

  /**
   * Takes claimed work and starts what it can: at once, or, when there is much of it, a turn later, so that the next
   * claim is on its way before a thousand short jobs keep this process busy.
   */
  offer(units: readonly Unit[]): void {
    if (!this.#open) return this.#options.onGiveBack(units)
    for (const unit of units) this.#take(unit)
    if (units.length < MANY) this.fill()
    else void nextTurn().then(() => this.fill())
  }

  /** Starts waiting work while there are free slots. */
  fill(): void {
    if (this.#filling) return
    this.#filling = true
    while (this.#open && this.#busy < this.#options.concurrency && this.#options.mayStart()) {
      const unit = this.#next()
      if (!unit) break
      this.#busy++
      this.#start(unit, 0)
    }
    this.#filling = false
    if (this.room > 0) this.#options.onRoom()
    if (this.#busy === 0) for (const tell of this.#whenIdle.splice(0)) tell()
  }

  /** Gives back what has waited here for longer than `ms`: another worker may be idle. */
  giveBackOlderThan(ms: number): void {
    const since = monotonic() - ms
    if (this.#backlog.oldest() <= since) this.fill()
    this.#passOnSuspects(ms)
    if (this.#backlog.oldest() > since) return
    this.#appetite.forget()
    this.#options.onGiveBack(this.#backlog.takeAll())
  }

  /** Starts nothing more and gives back what has not started. */
  close(): void {
    this.#open = false
    this.#options.onGiveBack([...this.#backlog.takeAll(), ...this.#suspects.takeAll()])
  }

  /** Works again, after a close. */
  open(): void {
    this.#open = true
    this.fill()
  }

  /** Nothing here is ours any more: forgets what waits, tells what runs to stop and ends it for us. */
  forget(reason: unknown): void {
    this.#life++
    this.#backlog.takeAll()
    this.#suspects.takeAll()
    this.abort(reason)
    this.forsake({ kind: 'released' })
  }

  /** Resolves when nothing runs. */
  async settled(): Promise<void> {
    if (this.#busy > 0) await new Promise<void>(resolve => this.#whenIdle.push(resolve))
  }

  /** Of these, a job that runs here is told to stop, and one that waits here will not start. */
  cancel(wanted: readonly Cancellation[]): void {
    this.#unwanted ??= new WeakMap()
    const reasons = new Map(wanted.map(({ id, reason }) => [id, reason]))
    for (const job of [...this.#backlog.units, ...this.#suspects.units].flatMap(unit => unit.jobs))
      if (reasons.has(job.id)) this.#unwanted.set(job, reasons.get(job.id) as string)
    for (const execution of this.#running) {
      const reason = reasons.get(execution.job.id)
      if (reason !== undefined) execution.cancel(reason)
    }
  }

  /** Tells every running task to stop. */
  abort(reason: unknown): void {
    for (const execution of this.#running) execution.abort(reason)
  }

  /** Ends every running attempt for us with `outcome`, whatever the tasks still do. */
  forsake(outcome: Outcome): void {
    for (const execution of [...this.#running]) execution.forsake(outcome)
  }

  /** A unit goes up to the first suspect, which is in a unit of its own; the rest waits in its queue. */
  #take(unit: Unit): void {
    const found = unit.jobs.findIndex(isSuspect)
    if (found === -1) return this.#backlog.add(unit)
    const [first, rest] = split(unit, Math.max(1, found))
    if (found === 0) this.#suspects.add(first)
    else this.#backlog.add(first)
    if (rest.jobs.length > 0) this.#options.onGiveBack([rest])
  }

  /** One without a queue is for later; one of a queue keeps its place there, for whoever has time to try it. */
  #passOnSuspects(ms: number): void {
    const [free, queued] = [this.#suspects.takeFree(ms), this.#suspects.takeQueued(ms)]
    if (free.length > 0) this.#options.onPutOff(free)
    if (queued.length > 0) this.#options.onGiveBack(queued)
  }

  #next(): Unit | undefined {
    return this.#suspects.take() ?? this.#backlog.take()
  }

  #start(unit: Unit, index: number): void {
    if (isSuspect(unit.jobs[index] as ClaimedJob)) void this.#try(unit)
    else this.#run(unit, index)
  }

  /** A job that several workers had when they died runs when no other such job does, so that a crash names it. */
  async #try(unit: Unit): Promise<void> {
    const life = this.#life
    this.#suspects.began()
    const isOurs = await this.#options.onTrial(unit.jobs[0] as ClaimedJob).catch(() => false)
    if (isOurs && this.#open && life === this.#life && this.#options.mayStart()) return this.#run(unit, 0)
    if (life === this.#life) this.#options.onGiveBack([unit])
    this.#leave(unit)
  }

  #run(unit: Unit, index: number): void {
    const job = unit.jobs[index] as ClaimedJob
    const life = this.#life
    const task = this.#options.registry.get(job.task)
    const execution = new Execution(job, task, this.#options.around, attempt => {
      this.#running.delete(execution)
      this.#ended(attempt, unit, index + 1, life)
    })
    this.#running.add(execution)
    const unwanted = this.#unwanted?.get(job)
    if (unwanted !== undefined) return execution.forsake({ kind: 'cancelled', reason: unwanted })
    if (this.#options.events.hears('job:started'))
      this.#options.events.emit('job:started', { job: factsOf(job) })
    execution.run()
  }

  #ended(attempt: Attempt, unit: Unit, next: number, life: number): void {
    this.#appetite.learn(attempt.ms)
    const isLast = next === unit.jobs.length
    this.#options.onEnd(attempt, isLast ? unit : undefined)
    const goesOn = this.#open && life === this.#life && this.#options.mayStart()
    if (!isLast && goesOn) return this.#start(unit, next)
    if (!isLast) this.#options.onGiveBack([{ ...unit, jobs: unit.jobs.slice(next) }])
    this.#leave(unit)
  }

  /** The unit leaves its slot. */
  #leave(unit: Unit): void {
    if (isSuspect(unit.jobs[0] as ClaimedJob)) this.#suspects.ended()
    this.#busy--
    this.fill()
  }
}
