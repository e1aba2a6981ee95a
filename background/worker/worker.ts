import { hostname } from 'node:os'
import { sharedMonotonic, sleep } from '../../framework/clock.ts'
import { Connection } from '../../framework/connection.ts'
import type { Logger } from '../../framework/logger.ts'
import type { Service } from '../../framework/service.ts'
import type { BackgroundConfig } from '../config.ts'
import type { CronEntry } from '../cron.ts'
import { lanesOf, setAside } from '../engine/lanes.ts'
import { setConcurrency } from '../engine/queues.ts'
import { ring } from '../engine/ring.ts'
import { ENGINE_SESSION } from '../engine/session.ts'
import { deregister, register } from '../engine/worker-lease.ts'
import { LeaseLost } from '../errors.ts'
import { Emitter } from '../events.ts'
import { newId } from '../id.ts'
import type { Registry } from '../registry.ts'
import { VERSION } from '../version.ts'
import { Intake } from './intake.ts'
import { Maintenance } from './maintenance.ts'
import { Poller } from './poller.ts'
import { LEASE_MS, Pulse } from './pulse.ts'
import type { PulseNews } from './pulse-messages.ts'
import { Reporter } from './reporter.ts'
import { Scheduler } from './scheduler.ts'
import { Slots } from './slots.ts'

export interface WorkerOptions {
  readonly url: string | undefined
  readonly config: BackgroundConfig
  readonly registry: Registry
  readonly logger: Logger
  /** The cron entries from code. Without them, empty or not, this worker leaves cron to others. */
  readonly cron?: readonly CronEntry[] | undefined
}

/** After its signal aborted, a task has this long to end by itself before its job goes back. */
const LAST_CHANCE_MS = 500

/**
 * Runs jobs until it is stopped. It composes the parts and passes on what one has to tell another: the poller
 * claims, the slots run, the reporter reports, the pulse proves that all of that is still ours to do.
 */
export class Worker implements Service {
  readonly events: Emitter
  readonly #options: WorkerOptions
  readonly #claiming: Connection
  readonly #reporting: Connection
  readonly #slots: Slots
  readonly #reporter: Reporter
  readonly #poller: Poller
  readonly #maintenance: Maintenance
  readonly #scheduler: Scheduler | undefined
  readonly #pulse: Pulse
  #id = newId()
  #lanes: readonly number[] = []
  #state: 'new' | 'running' | 'stopping' | 'stopped' = 'new'
  #whenEmpty: (() => void)[] = []
  #stopped: Promise<void> | undefined
  #losing: Promise<void> | undefined

  constructor(options: WorkerOptions) {
    this.#options = options
    const { url, config, registry, logger } = options
    const keep = Math.ceil(config.retention / 1_000)
    const session = { url, settings: ENGINE_SESSION }
    this.events = new Emitter(error => logger.error('a listener of background events threw', { error }))
    this.#claiming = new Connection({ ...session, name: 'kretes background claims' })
    this.#reporting = new Connection({ ...session, name: 'kretes background reports' })
    this.#pulse = new Pulse({ url, listen: config.listen, onNews: news => this.#hear(news) })
    this.#reporter = new Reporter({
      ...{ connection: this.#reporting, events: this.events, keep },
      onSlotsFreed: () => this.#poller.expect('queued'),
      onReported: () => this.#tellIfEmpty(),
    })
    this.#slots = new Slots({
      ...{ concurrency: config.concurrency, registry, logger, events: this.events },
      mayStart: () => this.#pulse.isAlive,
      onEnd: (attempt, closes) => this.#reporter.ended(attempt, closes),
      onGiveBack: units => this.#reporter.giveBack(units),
      onRoom: () => this.#poller.nudge(),
    })
    const intake = new Intake({
      ...{ registry, slots: this.#slots, reporter: this.#reporter },
      onStrangers: tasks => this.#setAside(tasks),
    })
    this.#poller = new Poller({
      ...{ connection: this.#claiming, slots: this.#slots, events: this.events },
      lanes: () => this.#lanes,
      onClaimed: jobs => intake.jobs(jobs),
      onRuns: runs => intake.runs(runs),
      onLost: () => this.#lost(),
      onNothing: () => this.#tellIfEmpty(),
    })
    this.#maintenance = new Maintenance({
      ...{ connection: this.#claiming, events: this.events, keep },
      retentions: retentionsOf(registry, keep),
      onRescued: () => this.#poller.expect(''),
    })
    this.#scheduler =
      options.cron &&
      new Scheduler({
        ...{ connection: this.#claiming, events: this.events, entries: options.cron },
        onScheduled: what => this.#poller.expect(what),
      })
  }

  /** The id of this life of the worker, as the workers view shows it. */
  get id(): string {
    return this.#id
  }

  async start(): Promise<void> {
    if (this.#state !== 'new') return
    this.#state = 'running'
    const reporting = this.#reporting.open()
    await setConcurrency(this.#claiming, this.#options.config.queues)
    await this.#enroll()
    await reporting
    await this.#reporter.start()
    await this.#poller.start()
    await this.#maintenance.start()
    await this.#scheduler?.start()
    this.events.emit('worker:ready', { worker: this.#id })
  }

  /** Resolves when no job is left that could run now, or when the worker has stopped. */
  async untilEmpty(): Promise<void> {
    if (this.#state === 'stopped') return
    await new Promise<void>(resolve => {
      this.#whenEmpty.push(resolve)
      this.#poller.expect('')
    })
  }

  /**
   * Takes nothing more, gives unstarted jobs back at once, lets running ones finish within `grace` milliseconds,
   * then aborts their signals and gives them back with their attempt.
   */
  stop(grace: number = this.#options.config.grace): Promise<void> {
    this.#stopped ??= this.#stop(grace)
    return this.#stopped
  }

  /** Ends a grace time that is under way: running jobs are aborted and given back now. */
  hurry(): void {
    this.#hurried.abort()
  }

  readonly #hurried = new AbortController()

  async #stop(grace: number): Promise<void> {
    const wasRunning = this.#state === 'running'
    this.#state = 'stopping'
    if (wasRunning) {
      this.events.emit('worker:stopping', { worker: this.#id, running: this.#slots.running, grace })
      await this.#poller.stop()
      await this.#scheduler?.stop()
      this.#slots.close()
      await this.#finishOrGiveBack(grace)
      await this.#reporter.flushed()
      await this.#goodbye()
      await this.#reporter.stop()
      await this.#maintenance.stop()
      await this.#pulse.stop()
    }
    await Promise.all([this.#claiming.close(), this.#reporting.close()])
    this.#state = 'stopped'
    this.events.emit('worker:stopped', { worker: this.#id })
    for (const resolve of this.#whenEmpty.splice(0)) resolve()
  }

  async #finishOrGiveBack(grace: number): Promise<void> {
    const settled = this.#slots.settled()
    await Promise.race([settled, sleep(grace, this.#hurried.signal)])
    this.#slots.abort(new Error('the worker is stopping'))
    await Promise.race([settled, sleep(LAST_CHANCE_MS)])
    this.#slots.forsake({ kind: 'released' })
  }

  /** What was given back waits for another worker, which should not have to find it by polling. */
  async #goodbye(): Promise<void> {
    try {
      await deregister(this.#claiming, this.#id)
      await ring(this.#claiming)
    } catch (error) {
      this.events.emit('worker:trouble', { doing: 'saying goodbye', error, again: 0 })
    }
  }

  /** Takes a lease for a new life and tells every part whose life it is. */
  async #enroll(): Promise<void> {
    const { registry, config } = this.#options
    const since = sharedMonotonic()
    const facts = { host: hostname(), pid: process.pid, version: VERSION, concurrency: config.concurrency }
    const name = `${facts.host}.${facts.pid}`
    await register(this.#claiming, { id: this.#id, name, ...facts, tasks: registry.names }, LEASE_MS)
    this.#lanes = await lanesOf(this.#claiming, registry.names)
    if (this.#pulse.hasStarted) this.#pulse.become(this.#id, since)
    else this.#pulse.start(this.#id, since)
    this.#reporter.become(this.#id)
    this.#poller.become(this.#id)
  }

  #hear(news: PulseNews): void {
    switch (news.kind) {
      case 'rung':
        if (news.what === 'lanes') void this.#learnLanes()
        if (news.what.includes('cron')) this.#scheduler?.reload()
        return this.#poller.expect(news.what === 'lanes' ? '' : news.what)
      case 'listening':
        this.#poller.listening = news.listening
        if (this.#scheduler) this.#scheduler.listening = news.listening
        return
      case 'lost':
        return this.#lost()
      case 'others-died':
        return this.#maintenance.rescue()
      case 'trouble':
        this.events.emit('worker:trouble', {
          doing: 'extending the lease',
          error: news.message,
          again: news.again,
        })
    }
  }

  /** Others may have our jobs: stop working on them, forget them, and come back as somebody else. */
  #lost(): void {
    if (this.#state !== 'running') return
    this.#losing ??= this.#comeBack()
      .catch(error => this.events.emit('worker:trouble', { doing: 'taking a new lease', error, again: 0 }))
      .finally(() => {
        this.#losing = undefined
      })
  }

  async #comeBack(): Promise<void> {
    const old = this.#id
    this.#slots.drop()
    this.#slots.abort(new LeaseLost(old))
    this.#slots.forsake({ kind: 'released' })
    this.#id = newId()
    this.events.emit('worker:lost', { worker: old, next: this.#id })
    await this.#enroll()
  }

  async #setAside(tasks: readonly string[]): Promise<void> {
    await setAside(this.#claiming, tasks)
    await ring(this.#claiming, 'lanes')
  }

  async #learnLanes(): Promise<void> {
    this.#lanes = await lanesOf(this.#claiming, this.#options.registry.names).catch(() => this.#lanes)
    this.#poller.expect('')
  }

  #tellIfEmpty(): void {
    if (this.#whenEmpty.length === 0 || !this.#poller.sawNothing || !this.#slots.idle || !this.#reporter.idle)
      return
    for (const resolve of this.#whenEmpty.splice(0)) resolve()
  }
}

function retentionsOf(registry: Registry, keep: number): number[] {
  const own = registry.names.map(name => registry.get(name).retention).filter(ms => ms !== undefined)
  return [keep, ...own.map(ms => Math.ceil(ms / 1_000))].filter(seconds => seconds > 0)
}
