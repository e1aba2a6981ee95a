import { Connection } from '../../framework/connection.ts'
import { milliseconds } from '../../framework/duration.ts'
import { type AmbientTransaction, ambientTransaction } from '../../framework/transaction.ts'
import { enqueueAll, enqueueOne, type NewJob } from '../engine/enqueue.ts'
import { ENGINE_SESSION } from '../engine/session.ts'
import { type JobRequest, type Layers, layersOfSchedule, type Middleware } from '../middleware.ts'
import { createRegistry, type Registry } from '../registry.ts'
import type { ScheduleOptions, TaskReference } from '../schedule-options.ts'
import type { JobHandle, ManyItem, ResultOfReference, Scheduler } from '../scheduler.ts'
import { Activities } from './activities.ts'
import { type Administration, openAdministration } from './administration.ts'
import { Crons } from './crons.ts'
import { executorOf } from './executor-of.ts'
import { Handle } from './handle.ts'
import { JobRecords } from './job-records.ts'
import { Jobs } from './jobs.ts'
import { layered } from './layered.ts'
import { type Checks, type LooseItem, newJob, newJobs } from './new-job.ts'
import { Queues } from './queues.ts'
import { Statistics } from './statistics.ts'
import { Workers } from './workers.ts'
import { kindsOf, Writer } from './writer.ts'

export interface ClientOptions extends Checks {
  readonly url: string | undefined
  /** How long finished jobs are kept, in milliseconds, unless their task says otherwise. Default: 7 days. */
  readonly retention?: number | undefined
  /** How to get the tasks of the app, for whoever wants to know more of them than their names. */
  readonly loadTasks?: (() => Promise<KnownTasks>) | undefined
  /** What is around the scheduling of each job. */
  readonly middleware?: readonly Middleware[] | undefined
}

/** Tasks at hand, and where they come from. */
export interface KnownTasks {
  readonly registry: Registry
  /** Paths from the directory of the app, by name. */
  readonly files: Readonly<Record<string, string>>
}

const RETENTION_MS = milliseconds('7d')

/** Schedules jobs: checks them, then writes them where they belong, which is into the transaction at hand if any. */
export class Client implements Scheduler {
  readonly #options: ClientOptions
  readonly #writer: Writer
  readonly #layers: Layers<JobRequest> | undefined
  readonly schedule: Scheduler['schedule']
  readonly scheduleMany: Scheduler['scheduleMany']
  readonly administration: Administration
  readonly jobs: Jobs
  readonly records: JobRecords
  readonly crons: Crons
  readonly queues: Queues
  readonly workers: Workers
  readonly statistics: Statistics
  readonly activities: Activities
  #tasks: Promise<KnownTasks> | undefined

  constructor(options: ClientOptions) {
    this.#options = options
    const { url, registry, retention = RETENTION_MS, payloadLimit, middleware = [] } = options
    const connection = new Connection({
      url,
      name: 'kretes background',
      settings: ENGINE_SESSION,
      mayExit: true,
    })
    this.#writer = new Writer(connection)
    this.#layers = layersOfSchedule(middleware)
    const plain: Scheduler = {
      schedule: options => this.#schedule(options),
      scheduleMany: (task, items) => this.#scheduleMany(task, items),
    }
    const { schedule, scheduleMany } = layered(plain, this.#layers)
    this.schedule = schedule
    this.scheduleMany = scheduleMany
    this.administration = openAdministration({ url, registry, retention, payloadLimit })
    const administration = async () => this.administration
    this.jobs = new Jobs(administration)
    this.records = new JobRecords(administration)
    this.crons = new Crons(administration)
    this.queues = new Queues(administration)
    this.workers = new Workers(administration)
    this.statistics = new Statistics(administration)
    this.activities = new Activities(administration)
  }

  async #schedule<const Reference extends TaskReference>(
    options: ScheduleOptions<Reference>,
  ): Promise<JobHandle<ResultOfReference<Reference>>> {
    const { task, ...item } = options as LooseOptions
    const job = await newJob(task, item, this.#options)
    const ambient = this.#ambient()
    if (!ambient) return this.#handle(await this.#writer.write(job))
    const id = await enqueueOne(executorOf(ambient.trx), job)
    ambient.afterCommit(() => this.#writer.ring([job]))
    return this.#handle(id)
  }

  async #scheduleMany<const Reference extends TaskReference>(
    task: Reference,
    items: readonly ManyItem<Reference>[],
  ): Promise<JobHandle<ResultOfReference<Reference>>[]> {
    const jobs = await newJobs(task, items, this.#options)
    const ambient = this.#ambient()
    const ids = ambient ? await enqueueAll(executorOf(ambient.trx), jobs) : await this.#writer.writeMany(jobs)
    ambient?.afterCommit(() => this.#writer.ring(jobs))
    return ids.map(id => this.#handle(id))
  }

  /**
   * Schedules in `transaction`, whoever opened it: the jobs exist exactly if it commits.
   *
   * @throws KretesError `UNKNOWN_TRANSACTION`
   */
  with(transaction: unknown): Scheduler {
    const db = executorOf(transaction)
    const plain: Scheduler = {
      schedule: async options => {
        const { task, ...item } = options as LooseOptions
        const job = await newJob(task, item, this.#options)
        return this.#handle(await enqueueOne(db, job, ringFor([job])))
      },
      scheduleMany: async (task, items) => {
        const jobs = await newJobs(task, items, this.#options)
        const ids = await enqueueAll(db, jobs, ringFor(jobs))
        return ids.map(id => this.#handle(id))
      },
    }
    return layered(plain, this.#layers)
  }

  /** The job with `id`, to wait for it. */
  handle(id: string): JobHandle {
    return new Handle(id, this.#writer.executor)
  }

  /** The tasks of the app, as far as this process can get at their code. Those of a running `ks bg dev` follow their files. */
  tasks(): Promise<KnownTasks> {
    const { registry, loadTasks } = this.#options
    if (registry || !loadTasks)
      return Promise.resolve({ registry: registry ?? createRegistry({}), files: {} })
    this.#tasks ??= loadTasks().catch(() => ({ registry: createRegistry({}), files: {} }))
    return this.#tasks
  }

  async close(): Promise<void> {
    await Promise.all([this.#writer.close(), this.administration.db.close()])
  }

  /** The transaction at hand, if it is one of our database: a process may have several. */
  #ambient(): AmbientTransaction | undefined {
    const ambient = ambientTransaction()
    return ambient?.database.url === this.#options.url ? ambient : undefined
  }

  #handle<Result>(id: string): JobHandle<Result> {
    return new Handle<Result>(id, this.#writer.executor)
  }
}

type LooseOptions = LooseItem & { readonly task: TaskReference }

/** What workers that rest are told when the transaction commits. */
function ringFor(jobs: readonly NewJob[]): string {
  return [...kindsOf(jobs)].join(' ')
}
