import { monotonic } from '../../framework/clock.ts'
import { Loop } from '../../framework/loop.ts'
import type { Service } from '../../framework/service.ts'
import { claimQueues } from '../engine/claim-queues.ts'
import { isMissingReference } from '../engine/refusal.ts'
import { newId } from '../id.ts'
import { Backoff } from './backoff.ts'
import { tellClaims } from './claim-news.ts'
import { FreeJobs } from './free-jobs.ts'
import { Lookout } from './lookout.ts'
import { LostClaims } from './lost-claims.ts'
import type { PollerOptions } from './poller-options.ts'
import { promoteDue } from './promotion.ts'

/** The ids of a claim fit into a page of the database, see there. */
const MOST_AT_ONCE = 900
/** A look that is due lets claims pass for so long. */
const LOOK_MAY_WAIT_MS = 25
/** Claimed work that could not start within this time goes back: others may be idle. */
const GIVE_BACK_AFTER_MS = 500

/**
 * Finds work while there is room for it. What it knows of the database (free jobs? queues? when is the next
 * deferred job due?) comes from its own claims, from notifications and, when nothing happens, from a look.
 */
export class Poller implements Service {
  readonly #options: PollerOptions
  readonly #loop: Loop
  readonly #lookout: Lookout
  readonly #backoff = new Backoff()
  readonly #lostClaims = new LostClaims()
  readonly #freeJobs: FreeJobs
  #worker: string | undefined
  #free = true
  #queued = true
  #dueAt = 0
  #cursor = ''
  #jobsPerSlot = 1
  #asking = false

  constructor(options: PollerOptions) {
    this.#options = options
    this.#lookout = new Lookout(options.connection, options.lanes)
    this.#freeJobs = new FreeJobs(options.connection, options.lanes, this.#lostClaims)
    this.#loop = new Loop(
      () => this.#step(),
      error => this.#trouble(error),
    )
  }

  /** Whether the last claims and looks found nothing that could run now. */
  get sawNothing(): boolean {
    return !this.#asking && !this.#free && !this.#queued && monotonic() < this.#dueAt
  }

  /** Claims in the name of `worker` from now on; undefined: not at all. */
  become(worker: string | undefined): void {
    this.#worker = worker
    this.#lookout.postpone()
    this.#lostClaims.clear()
    this.#freeJobs.fromTheBeginning()
    this.expect('')
  }

  /** Notifications arrive from now on, or no longer: what happened before or between went unheard. */
  set listening(listening: boolean) {
    const isNews = listening || this.#lookout.listening
    this.#lookout.listening = listening
    if (isNews) this.expect('')
  }

  start(): Promise<void> {
    return this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  /** There may be work: `what` says of which kind (see ring), empty means any. */
  expect(what: string): void {
    if (what === '' || what.includes('free')) this.#free = true
    if (what === '' || what.includes('queued')) this.#queued = true
    if (what === '' || what.includes('later')) this.#dueAt = 0
    if (what.includes('lanes')) this.#lookout.hurry()
    this.#loop.wake()
  }

  /** A job will be due in so many milliseconds. */
  expectIn(ms: number): void {
    this.#dueIn(ms)
    this.#loop.wake()
  }

  /** There is room for more. */
  nudge(): void {
    if (this.#free || this.#queued || this.#wait <= 0) this.#loop.wake()
  }

  async #step(): Promise<number> {
    const worker = this.#worker
    if (worker === undefined) return Number.POSITIVE_INFINITY
    const { slots, connection, pressure } = this.#options
    if (this.#lostClaims.isDue && (await this.#lostClaims.undo(connection, worker)) > 0)
      this.expect('free queued')
    slots.giveBackOlderThan(GIVE_BACK_AFTER_MS)
    if (slots.room === 0) return GIVE_BACK_AFTER_MS / 2
    if (pressure.rest > 0) return Math.max(1, pressure.rest)
    if (monotonic() >= this.#lookout.at + this.#patience) await pressure.timed(() => this.#look())
    if (monotonic() >= this.#dueAt) await pressure.timedAside(() => this.#promote())
    if (this.#free || this.#queued) {
      await this.#claim(worker)
      this.#backoff.reset()
      return 0
    }
    this.#options.onNothing()
    this.#lookout.foundNothing()
    return Math.max(1, Math.min(this.#wait, slots.isWaiting ? GIVE_BACK_AFTER_MS / 2 : this.#wait))
  }

  async #claim(worker: string): Promise<void> {
    const { lanes, pressure, slots } = this.#options
    await pressure.timedAside(() => lanes.ask())
    const { room } = slots
    if (room === 0) return
    const share = Math.ceil(Math.min(room, MOST_AT_ONCE) / (this.#free && this.#queued ? 2 : 1))
    const claims = [
      ...(this.#free ? [this.#claimFree(worker, share)] : []),
      ...(this.#queued ? [this.#claimQueued(worker, share)] : []),
    ]
    this.#asking = true
    const since = monotonic()
    const settled = await Promise.allSettled(claims)
    this.#asking = false
    tellClaims(this.#options.events, settled, since)
    const failed = settled.find(result => result.status === 'rejected')
    if (isMissingReference(failed?.reason)) this.#options.onLost(worker)
    if (failed) throw failed.reason
  }

  async #claimFree(worker: string, limit: number): Promise<number> {
    this.#free = false
    const { jobs, more } = await this.#freeJobs.claim(worker, limit)
    if (more) this.#free = true
    // what a former life claimed is not ours: others rescue it
    if (jobs.length === 0 || worker !== this.#worker) return 0
    this.#lookout.found()
    this.#options.onClaimed(jobs)
    return jobs.length
  }

  async #claimQueued(worker: string, room: number): Promise<number> {
    this.#queued = false
    const slots = Math.max(1, Math.floor(room / this.#jobsPerSlot))
    const cursor = this.#cursor
    const request = { claim: newId(), worker, slots, perSlot: this.#options.slots.perSlot, cursor }
    const ask = () => claimQueues(this.#options.connection, request)
    const found = await this.#lostClaims.unlessAnswered(request.claim, ask)
    this.#cursor = found.cursor
    if (cursor !== '' || found.cursor !== '') this.#queued = true
    if (found.runs.length === 0 || worker !== this.#worker) return 0
    const jobs = found.runs.reduce((sum, run) => sum + run.jobs.length, 0)
    this.#jobsPerSlot = (this.#jobsPerSlot + jobs / found.runs.length) / 2
    this.#lookout.found()
    this.#options.onRuns(found.runs)
    return jobs
  }

  async #look(): Promise<void> {
    const { free, queued, nextIn } = await this.#lookout.look()
    if (free) this.#free = true
    if (queued) this.#queued = true
    this.#dueIn(nextIn)
  }

  async #promote(): Promise<void> {
    this.#dueAt = Number.POSITIVE_INFINITY
    const { count, more, nextIn } = await promoteDue(this.#options)
    this.#dueIn(more ? 0 : nextIn)
    if (count > 0) this.#free = this.#queued = true
  }

  /** What was heard while we asked may be news: the sooner counts. */
  #dueIn(ms = Number.POSITIVE_INFINITY): void {
    this.#dueAt = Math.min(this.#dueAt, monotonic() + ms)
  }

  /** Whoever has heard of jobs claims them first: a look would only say what is known. */
  get #patience(): number {
    return this.#free || this.#queued ? LOOK_MAY_WAIT_MS : 0
  }

  /** Milliseconds until there is something to do, as far as is known. */
  get #wait(): number {
    return Math.min(Math.min(this.#lookout.at, this.#dueAt) - monotonic(), this.#lostClaims.wait)
  }

  #trouble(error: unknown): number {
    this.#free = this.#queued = true
    this.#dueAt = 0
    this.#lookout.rise()
    const again = this.#backoff.next()
    this.#options.events.emit('worker:trouble', { doing: 'claiming jobs', error, again })
    return again
  }
}
