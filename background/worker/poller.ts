import { monotonic } from '../../framework/clock.ts'
import type { Connection } from '../../framework/connection.ts'
import { Loop } from '../../framework/loop.ts'
import type { Service } from '../../framework/service.ts'
import { abandon } from '../engine/abandon.ts'
import { claim } from '../engine/claim.ts'
import { claimQueues, type Run } from '../engine/claim-queues.ts'
import type { ClaimedJob } from '../engine/claimed-job.ts'
import { look } from '../engine/look.ts'
import { promote } from '../engine/promote.ts'
import type { Emitter } from '../events.ts'
import { newId } from '../id.ts'
import { Backoff } from './backoff.ts'
import { Pace } from './pace.ts'
import type { Slots } from './slots.ts'

export interface PollerOptions {
  readonly connection: Connection
  readonly slots: Slots
  readonly events: Emitter
  /** The lanes to claim from. */
  readonly lanes: () => readonly number[]
  readonly onClaimed: (jobs: readonly ClaimedJob[]) => void
  readonly onRuns: (runs: readonly Run[]) => void
  /** A claim was refused because this worker is no longer registered. */
  readonly onLost: () => void
  /** There is nothing left that could be claimed now. */
  readonly onNothing: () => void
}

const PROMOTE_AT_ONCE = 1_000
/** Claimed work that could not start within this time goes back, for others may be idle. */
const GIVE_BACK_AFTER_MS = 500
const FOREIGN_KEY_VIOLATION = '23503'

/**
 * Finds work while there is room for it. What it knows of the database (free jobs? queues? when is the next
 * deferred job due?) comes from its own claims, from notifications and, when nothing happens, from a look.
 */
export class Poller implements Service {
  readonly #options: PollerOptions
  readonly #loop: Loop
  readonly #pace = new Pace()
  readonly #backoff = new Backoff()
  #worker = ''
  #free = true
  #queued = true
  #dueAt = 0
  #lookAt = Number.POSITIVE_INFINITY
  #cursor = ''
  #jobsPerSlot = 1
  #uncertain: string[] = []
  #asking = false

  constructor(options: PollerOptions) {
    this.#options = options
    this.#loop = new Loop(
      () => this.#step(),
      error => this.#trouble(error),
    )
  }

  /** Whether the last claims and looks found nothing that could run now. */
  get sawNothing(): boolean {
    return !this.#asking && !this.#free && !this.#queued && monotonic() < this.#dueAt
  }

  /** Claims in the name of `worker` from now on. */
  become(worker: string): void {
    this.#worker = worker
    this.#uncertain = []
    this.expect('')
  }

  set listening(listening: boolean) {
    this.#pace.listening = listening
    this.expect('')
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
    this.#loop.wake()
  }

  /** There is room for more. */
  nudge(): void {
    if (this.#free || this.#queued) this.#loop.wake()
  }

  async #step(): Promise<number> {
    if (this.#uncertain.length > 0) await this.#undoUncertain()
    if (monotonic() >= this.#lookAt) await this.#look()
    if (monotonic() >= this.#dueAt) await this.#promote()
    const { room } = this.#options.slots
    if (room === 0) {
      this.#options.slots.giveBackOlderThan(GIVE_BACK_AFTER_MS)
      return GIVE_BACK_AFTER_MS / 2
    }
    if (this.#free || this.#queued) {
      await this.#claim(room)
      this.#backoff.reset()
      return 0
    }
    this.#options.onNothing()
    return this.#rest()
  }

  async #claim(room: number): Promise<void> {
    this.#lookAt = Number.POSITIVE_INFINITY
    this.#asking = true
    const both = this.#free && this.#queued
    const share = both ? Math.ceil(room / 2) : room
    try {
      await Promise.all([this.#free && this.#claimFree(share), this.#queued && this.#claimQueued(share)])
    } finally {
      this.#asking = false
    }
  }

  async #claimFree(limit: number): Promise<void> {
    this.#free = false
    const lanes = this.#options.lanes()
    const id = newId()
    const worker = this.#worker
    const jobs = await this.#surely(id, () =>
      claim(this.#options.connection, { claim: id, worker, lanes, limit }),
    )
    if (jobs.length >= limit) this.#free = true
    if (jobs.length === 0 || this.#isFormer(worker)) return
    this.#pace.reset()
    this.#options.onClaimed(jobs)
  }

  async #claimQueued(room: number): Promise<void> {
    this.#queued = false
    const slots = Math.max(1, Math.floor(room / this.#jobsPerSlot))
    const { perSlot } = this.#options.slots
    const id = newId()
    const cursor = this.#cursor
    const worker = this.#worker
    const found = await this.#surely(id, () =>
      claimQueues(this.#options.connection, { claim: id, worker, slots, perSlot, cursor }),
    )
    this.#cursor = found.cursor
    if (cursor !== '' || found.cursor !== '') this.#queued = true
    if (found.runs.length === 0 || this.#isFormer(worker)) return
    const jobs = found.runs.reduce((sum, run) => sum + run.jobs.length, 0)
    this.#jobsPerSlot = (this.#jobsPerSlot + jobs / found.runs.length) / 2
    this.#pace.reset()
    this.#options.onRuns(found.runs)
  }

  /** What a former life claimed is not ours: others rescue it. */
  #isFormer(worker: string): boolean {
    return worker !== this.#worker
  }

  async #look(): Promise<void> {
    this.#lookAt = Number.POSITIVE_INFINITY
    const { free, queued, nextIn } = await look(this.#options.connection, this.#options.lanes())
    if (free) this.#free = true
    if (queued) this.#queued = true
    this.#dueAt = nextIn === undefined ? Number.POSITIVE_INFINITY : monotonic() + nextIn
  }

  async #promote(): Promise<void> {
    const { count, nextIn } = await promote(this.#options.connection, PROMOTE_AT_ONCE)
    this.#dueAt = nextIn === undefined ? Number.POSITIVE_INFINITY : monotonic() + nextIn
    if (count === PROMOTE_AT_ONCE) this.#dueAt = 0
    if (count > 0) this.#free = this.#queued = true
  }

  /** Until the next look or the next deferred job, whichever comes first. */
  #rest(): number {
    const now = monotonic()
    if (this.#lookAt === Number.POSITIVE_INFINITY) this.#lookAt = now + this.#pace.next()
    return Math.max(1, Math.min(this.#lookAt, this.#dueAt) - now)
  }

  /** A claim whose answer got lost may have happened: it is remembered and undone before the next one. */
  async #surely<T>(id: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (error) {
      this.#uncertain.push(id)
      throw error
    }
  }

  async #undoUncertain(): Promise<void> {
    await abandon(this.#options.connection, this.#worker, this.#uncertain)
    this.#uncertain = []
    this.#free = this.#queued = true
  }

  #trouble(error: unknown): number {
    this.#free = this.#queued = true
    if ((error as { code?: unknown }).code === FOREIGN_KEY_VIOLATION) this.#options.onLost()
    const again = this.#backoff.next()
    this.#options.events.emit('worker:trouble', { doing: 'claiming jobs', error, again })
    return again
  }
}
