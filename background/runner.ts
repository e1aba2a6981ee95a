import type { Database } from '../framework/database.ts'
import { type Duration, milliseconds } from '../framework/duration.ts'
import type { Client } from './client/client.ts'
import type { Crons } from './client/crons.ts'
import type { Jobs } from './client/jobs.ts'
import { type Pruned, prune } from './client/prune.ts'
import type { Queues } from './client/queues.ts'
import type { Workers } from './client/workers.ts'
import { shareClient, sharedClient } from './current.ts'
import type { Emitter } from './events.ts'
import { type PacedScheduler, paced } from './pacing.ts'
import type { Worker } from './worker/worker.ts'

/** Runs jobs until it is stopped, and schedules them in the same database. What `run` answers with. */
export interface Runner extends PacedScheduler, AsyncDisposable {
  /** Everything that happens here: `runner.events.on('job:failed', ({ job, error }) => …)`. */
  readonly events: Pick<Emitter, 'on'>
  readonly jobs: Jobs
  readonly crons: Crons
  readonly queues: Queues
  readonly workers: Workers
  /** Schedules in a transaction that somebody else opened; see `Background.with`. */
  with(transaction: unknown): PacedScheduler
  /** Drops expired history now, which workers do every hour, and what else nobody needs any more. */
  prune(): Promise<Pruned>
  /**
   * Takes nothing more, gives unstarted jobs back at once, lets running ones finish within `grace`, by default what
   * `run` was told, then aborts their signals and gives them back. Stopping twice is fine; `stop(0)` hurries.
   */
  stop(grace?: Duration): Promise<void>
  /** Resolves when it has stopped, for whatever reason; rejects when it could not stop properly. */
  readonly stopped: Promise<void>
}

/** What a runner is made of. */
export interface RunnerParts {
  readonly worker: Worker
  readonly client: Client
  readonly database: Database
}

/** A runner whose worker has been started. */
export class StartedRunner implements Runner {
  readonly #parts: RunnerParts
  readonly #source: () => Promise<Client>
  readonly schedule: Runner['schedule']
  readonly scheduleMany: Runner['scheduleMany']
  readonly debounce: Runner['debounce']
  readonly throttle: Runner['throttle']
  readonly stopped: Promise<void>
  #settle: (stopping: Promise<void>) => void = () => {}
  #stopping: Promise<void> | undefined

  constructor(parts: RunnerParts) {
    this.#parts = parts
    this.#source = async () => parts.client
    const { schedule, scheduleMany, debounce, throttle } = paced(parts.client)
    this.schedule = schedule
    this.scheduleMany = scheduleMany
    this.debounce = debounce
    this.throttle = throttle
    // where there is no app, Background means the first runner of the process
    if (!sharedClient()) shareClient(this.#source)
    this.stopped = new Promise(resolve => {
      this.#settle = resolve
    })
    // whoever does not wait for it hears of it from stop()
    this.stopped.catch(() => {})
  }

  get events(): Emitter {
    return this.#parts.worker.events
  }

  get jobs(): Jobs {
    return this.#parts.client.jobs
  }

  get crons(): Crons {
    return this.#parts.client.crons
  }

  get queues(): Queues {
    return this.#parts.client.queues
  }

  get workers(): Workers {
    return this.#parts.client.workers
  }

  with(transaction: unknown): PacedScheduler {
    return paced(this.#parts.client.with(transaction))
  }

  prune(): Promise<Pruned> {
    return prune(this.#parts.client.administration)
  }

  async stop(grace?: Duration): Promise<void> {
    const ms = grace === undefined ? undefined : milliseconds(grace)
    if (this.#stopping && ms === 0) this.#parts.worker.hurry()
    this.#stopping ??= this.#stop(ms)
    this.#settle(this.#stopping)
    await this.#stopping
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #stop(grace: number | undefined): Promise<void> {
    try {
      await endOf(this.#parts, grace)
    } finally {
      if (sharedClient() === this.#source) shareClient(undefined)
    }
  }
}

/** Stops the parts, the worker first; each gets its chance, then the first error is thrown. */
export async function endOf({ worker, client, database }: RunnerParts, grace?: number): Promise<void> {
  const steps = [() => worker.stop(grace), () => client.close(), () => database.close()]
  const errors: unknown[] = []
  for (const step of steps) await step().catch(error => errors.push(error))
  if (errors.length > 0) throw errors[0]
}
