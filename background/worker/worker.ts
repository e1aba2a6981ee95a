import type { Service } from '../../framework/service.ts'
import { setConcurrency } from '../engine/queues.ts'
import { putOnTrial } from '../engine/trial.ts'
import { LeaseLost } from '../errors.ts'
import { Emitter } from '../events.ts'
import { Chores } from './chores.ts'
import { Connections } from './connections.ts'
import { finishOrGiveBack } from './ending.ts'
import { Forbidden } from './forbidden.ts'
import { Intake } from './intake.ts'
import { Lanes } from './lanes.ts'
import { Membership } from './membership.ts'
import { Poller } from './poller.ts'
import { Pressure } from './pressure.ts'
import type { HeardNews } from './pulse-messages.ts'
import { Quiet } from './quiet.ts'
import type { Report } from './report.ts'
import { Reporter } from './reporter.ts'
import { Slots } from './slots.ts'
import { stageOf } from './stage.ts'
import type { WorkerOptions } from './worker-options.ts'

/**
 * Runs jobs until it is stopped. It composes the parts and passes on what one has to tell another: the poller
 * claims, the slots run, the reporter reports, the pulse proves that all of that is still ours to do.
 */
export class Worker implements Service {
  readonly events: Emitter
  /** Lets it take no more jobs for a while. */
  readonly quiet: Quiet
  readonly #options: WorkerOptions
  readonly #connections: Connections
  readonly #membership: Membership
  readonly #lanes: Lanes
  readonly #slots: Slots
  readonly #reporter: Reporter
  readonly #poller: Poller
  readonly #chores: Chores
  readonly #hurried = new AbortController()
  #state: 'new' | 'running' | 'stopping' | 'stopped' = 'new'
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined
  #whenEmpty: (() => void)[] = []

  constructor(options: WorkerOptions) {
    this.#options = options
    const { url, config, registry, logger } = options
    const keep = Math.ceil(config.retention / 1_000)
    this.events = new Emitter(error => logger.error('a listener of background events threw', { error }))
    this.#connections = new Connections(url, () => this.#membership.lost(this.id))
    const { claiming, reporting } = this.#connections
    const forbidden = new Forbidden(config.forbiddenFlags, this.events)
    this.#lanes = new Lanes(claiming, registry, forbidden)
    this.#membership = new Membership({
      ...{ connection: claiming, url, events: this.events },
      ...{ listen: config.listen, concurrency: config.concurrency, registry },
      onNews: news => this.#hear(news),
      onJoined: worker => this.#joined(worker),
      onLost: worker => this.#lost(worker),
    })
    this.#reporter = new Reporter({
      ...{ connection: reporting, events: this.events, keep },
      onAgain: ms => this.#poller.expectIn(ms),
      onReported: report => this.#reported(report),
    })
    this.#slots = new Slots({
      ...{ concurrency: config.concurrency, registry, events: this.events },
      around: stageOf(options, { connection: reporting, events: this.events, worker: () => this.id }),
      mayStart: () => this.#membership.isCertain,
      onEnd: (attempt, closes) => this.#reporter.ended(attempt, closes),
      onGiveBack: units => this.#reporter.giveBack(units),
      onPutOff: units => this.#reporter.putOff(units),
      onTrial: job => putOnTrial(reporting, this.id, job),
      onRoom: () => this.#poller.nudge(),
    })
    const [slots, worker, stop] = [this.#slots, () => this.id, () => void this.stop()]
    this.quiet = new Quiet({ events: this.events, slots, worker, stop })
    const intake = new Intake({
      ...{ registry, slots: this.#slots, reporter: this.#reporter, forbidden },
      onStrangers: jobs => this.#lanes.setAside(this.id, jobs),
    })
    const pressure = new Pressure(this.events, claiming)
    this.#poller = new Poller({
      ...{ connection: claiming, slots, lanes: this.#lanes, events: this.events, pressure, keep },
      onClaimed: jobs => intake.jobs(jobs),
      onRuns: runs => intake.runs(runs),
      onLost: worker => this.#membership.lost(worker),
      onNothing: () => this.#tellIfEmpty(),
    })
    this.#chores = new Chores({
      ...{ connection: claiming, events: this.events, registry, keep, cron: options.cron },
      onWork: what => this.#poller.expect(what),
      onWanted: wanted => this.#slots.cancel(wanted),
    })
  }

  /** The id of this life of the worker, as the workers view shows it. */
  get id(): string {
    return this.#membership.id
  }

  /** A start that fails leaves nothing behind; this worker cannot be started again after it. */
  start(): Promise<void> {
    this.#starting ??= this.#start()
    return this.#starting
  }

  /** The registry has other tasks now: others get to know, and what waited for one of them is found. */
  async learn(): Promise<void> {
    await Promise.all([this.#lanes.learn(), this.#membership.tellTasks()])
    this.#poller.expect('')
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
  async stop(grace: number = this.#options.config.grace): Promise<void> {
    // a start that failed has ended by itself
    this.#stopping ??= this.#starting?.then(
      () => this.#end(grace),
      () => {},
    )
    await this.#stopping
  }

  /** Ends a grace time that is under way: running jobs are aborted and given back now. */
  hurry(): void {
    this.events.emit('worker:hurried', { worker: this.id })
    this.#hurried.abort()
  }

  async #start(): Promise<void> {
    this.#state = 'running'
    this.events.emit('worker:starting', { worker: this.id })
    try {
      await Promise.all([this.#connections.reporting.open(), this.#prepare()])
      for (const part of [this.#membership, this.#reporter, this.#chores, this.#poller]) await part.start()
    } catch (error) {
      await this.#end(0)
      throw error
    }
    this.events.emit('worker:ready', { worker: this.id })
  }

  async #prepare(): Promise<void> {
    await setConcurrency(this.#connections.claiming, this.#options.config.queues)
    await this.#lanes.learn()
  }

  async #end(grace: number): Promise<void> {
    this.#state = 'stopping'
    this.events.emit('worker:stopping', { worker: this.id, running: this.#slots.running, grace })
    this.quiet.retire()
    this.#membership.retire()
    this.#connections.retire()
    if (!this.#membership.hasLease) this.#connections.drop()
    this.#slots.close()
    const quiet = Promise.all([this.#poller.stop(), this.#chores.retire()])
    await finishOrGiveBack(this.#slots, grace, this.#hurried.signal)
    await quiet
    await this.#reporter.settled()
    await this.#membership.stop()
    await Promise.all([this.#reporter.stop(), this.#chores.stop()])
    await this.#connections.close()
    this.#state = 'stopped'
    this.events.emit('worker:stopped', { worker: this.id })
    for (const resolve of this.#whenEmpty.splice(0)) resolve()
  }

  #joined(worker: string): void {
    this.#reporter.become(worker)
    this.#poller.become(worker)
  }

  /** Others may have our jobs: stop working on them and forget them, and wait for no answer about them. */
  #lost(worker: string): void {
    this.#poller.become(undefined)
    this.#slots.forget(new LeaseLost(worker))
    this.#reporter.forget()
    this.#connections.drop()
  }

  #hear(news: HeardNews): void {
    switch (news.kind) {
      case 'rung':
        this.#chores.hear(news.what)
        return this.#poller.expect(news.what)
      case 'listening':
        this.#poller.listening = news.listening
        this.#chores.listening = news.listening
        return
      case 'others-died':
        return this.#chores.rescue()
      case 'told':
        return this.quiet.obey(news.order)
    }
  }

  /** Queues whose slots are free may have more for us; what was given back is for whoever is idle. */
  #reported(report: Report): void {
    if (report.slots.length > 0) this.#poller.expect('queued')
    this.#chores.reported(report, this.id)
    this.#tellIfEmpty()
  }

  #tellIfEmpty(): void {
    const isEmpty = this.#poller.sawNothing && this.#slots.idle && this.#reporter.idle
    if (isEmpty) for (const resolve of this.#whenEmpty.splice(0)) resolve()
  }
}
