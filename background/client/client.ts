import { Connection } from '../../framework/connection.ts'
import { milliseconds } from '../../framework/duration.ts'
import type { Executor } from '../../framework/executor.ts'
import { type AmbientTransaction, ambientTransaction } from '../../framework/transaction.ts'
import { enqueue, enqueueAll, enqueueKeyed, type NewJob } from '../engine/enqueue.ts'
import { ringOnCommit } from '../engine/ring.ts'
import { ENGINE_SESSION } from '../engine/session.ts'
import { type JobRequest, type Layers, layersOfSchedule, type Middleware } from '../middleware.ts'
import { encodePayload } from '../payload.ts'
import type { Registry } from '../registry.ts'
import {
  type JobOptions,
  type NormalizedOptions,
  normalizeOptions,
  type ScheduleOptions,
  type TaskReference,
} from '../schedule-options.ts'
import type { JobHandle, ManyItem, ResultOfReference, Scheduler } from '../scheduler.ts'
import { definitionOf, type TaskDefinition } from '../task.ts'
import { type Administration, openAdministration } from './administration.ts'
import { Crons } from './crons.ts'
import { executorOf } from './executor-of.ts'
import { handleOf } from './handle.ts'
import { Jobs } from './jobs.ts'
import { layered } from './layered.ts'
import { Queues } from './queues.ts'
import { Workers } from './workers.ts'
import { kindsOf, Writer } from './writer.ts'

export interface ClientOptions {
  readonly url: string | undefined
  /** The most bytes a payload may have as JSON. */
  readonly payloadLimit: number
  /** Tasks at hand, for jobs that are scheduled by name. */
  readonly registry?: Registry | undefined
  /** How long finished jobs are kept, in milliseconds, unless their task says otherwise. Default: 7 days. */
  readonly retention?: number | undefined
  /** What is around the scheduling of each job. */
  readonly middleware?: readonly Middleware[] | undefined
}

const RETENTION_MS = milliseconds('7d')

interface Prepared {
  readonly job: NewJob
  readonly key: string | undefined
}

/** Schedules jobs: checks them, then writes them where they belong, which is into the transaction at hand if any. */
export class Client implements Scheduler {
  readonly #options: ClientOptions
  readonly #writer: Writer
  readonly #layers: Layers<JobRequest> | undefined
  readonly schedule: Scheduler['schedule']
  readonly scheduleMany: Scheduler['scheduleMany']
  readonly administration: Administration
  readonly jobs: Jobs
  readonly crons: Crons
  readonly queues: Queues
  readonly workers: Workers

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
    this.crons = new Crons(administration)
    this.queues = new Queues(administration)
    this.workers = new Workers(administration)
  }

  async #schedule<const Reference extends TaskReference>(
    options: ScheduleOptions<Reference>,
  ): Promise<JobHandle<ResultOfReference<Reference>>> {
    const { task, payload, ...rest } = options as LooseOptions
    const prepared = await this.#prepare(task, payload, rest)
    const ambient = this.#ambient()
    if (!ambient) return this.#handle(await this.#write(prepared))
    const id = await writeIn(executorOf(ambient.trx), prepared)
    ambient.afterCommit(() => this.#writer.ring([prepared.job]))
    return this.#handle(id)
  }

  async #scheduleMany<const Reference extends TaskReference>(
    task: Reference,
    items: readonly ManyItem<Reference>[],
  ): Promise<JobHandle<ResultOfReference<Reference>>[]> {
    const jobs = await this.#prepareMany(task, items as readonly LooseItem[])
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
        const { task, payload, ...rest } = options as LooseOptions
        const prepared = await this.#prepare(task, payload, rest)
        const id = await writeIn(db, prepared)
        await ringOnCommit(db, [...kindsOf([prepared.job])].join(' '))
        return this.#handle(id)
      },
      scheduleMany: async (task, items) => {
        const jobs = await this.#prepareMany(task, items as readonly LooseItem[])
        const ids = await enqueueAll(db, jobs)
        await ringOnCommit(db, [...kindsOf(jobs)].join(' '))
        return ids.map(id => this.#handle(id))
      },
    }
    return layered(plain, this.#layers)
  }

  /** The job with `id`, to wait for it. */
  handle(id: string): JobHandle {
    return handleOf(id, () => this.#writer.executor)
  }

  async close(): Promise<void> {
    await Promise.all([this.#writer.close(), this.administration.db.close()])
  }

  /** The transaction at hand, if it is one of our database: a process may have several. */
  #ambient(): AmbientTransaction | undefined {
    const ambient = ambientTransaction()
    return ambient?.database.url === this.#options.url ? ambient : undefined
  }

  #write({ job, key }: Prepared): Promise<string> {
    return key === undefined ? this.#writer.write(job) : this.#writer.writeKeyed(job, key, 'replace')
  }

  #handle<Result>(id: string): JobHandle<Result> {
    return handleOf<Result>(id, () => this.#writer.executor)
  }

  async #prepare(task: TaskReference, payload: unknown, options: JobOptions): Promise<Prepared> {
    const definition = this.#definitionOf(task)
    const normalized = normalizeOptions(options, definition)
    const text = encodePayload(definition, payload, { limit: this.#options.payloadLimit })
    const encoded = typeof text === 'string' ? text : await text
    return { job: newJob(definition?.name ?? (task as string), encoded, normalized), key: normalized.key }
  }

  async #prepareMany(task: TaskReference, items: readonly LooseItem[]): Promise<NewJob[]> {
    const definition = this.#definitionOf(task)
    const name = definition?.name ?? (task as string)
    const jobs: NewJob[] = []
    for (const { payload, ...options } of items) {
      const text = encodePayload(definition, payload, { limit: this.#options.payloadLimit })
      jobs.push(
        newJob(name, typeof text === 'string' ? text : await text, normalizeOptions(options, definition)),
      )
    }
    return jobs
  }

  #definitionOf(task: TaskReference): TaskDefinition | undefined {
    return typeof task === 'string' ? this.#options.registry?.find(task) : definitionOf(task)
  }
}

type LooseItem = JobOptions & { readonly payload?: unknown }
type LooseOptions = LooseItem & { readonly task: TaskReference }

function newJob(task: string, payload: string, options: NormalizedOptions): NewJob {
  const { queue, delayMs, runAt, priority, maxAttempts, tags } = options
  return { task, payload, queue, runAt, delay: delayMs, priority, maxAttempts, tags }
}

async function writeIn(db: Executor, { job, key }: Prepared): Promise<string> {
  if (key !== undefined) return enqueueKeyed(db, job, key, 'replace')
  return (await enqueue(db, [job]))[0] as string
}
