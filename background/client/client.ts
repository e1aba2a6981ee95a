import { Connection } from '../../framework/connection.ts'
import { milliseconds } from '../../framework/duration.ts'
import { variable } from '../../framework/environment.ts'
import { type AmbientTransaction, ambientTransaction } from '../../framework/transaction.ts'
import { enqueueAll, enqueueOne, type NewJob } from '../engine/enqueue.ts'
import { ENGINE_SESSION } from '../engine/session.ts'
import { type JobRequest, type Layers, layersOfSchedule, type Middleware } from '../middleware.ts'
import { createRegistry, type Registry } from '../registry.ts'
import type { ScheduleOptions, TaskReference } from '../schedule-options.ts'
import type { JobHandle, ManyItem, ResultOfReference, Scheduler } from '../scheduler.ts'
import { type Encryption, KEYS_VARIABLE, type Sealing, sealingOf } from '../sealing.ts'
import { type Redact, type SecretMarks, type Secrets, secretsAt, secretsOf } from '../secrets.ts'
import { Activities } from './activities.ts'
import { type Administration, openAdministration } from './administration.ts'
import { replay, runCron } from './again.ts'
import { Bulks } from './bulks.ts'
import { Crons } from './crons.ts'
import { executorOf } from './executor-of.ts'
import { Handle } from './handle.ts'
import { JobRecords } from './job-records.ts'
import { Jobs } from './jobs.ts'
import { layered } from './layered.ts'
import { type Checks, type LooseItem, newJob, newJobs } from './new-job.ts'
import type { Operator } from './operator.ts'
import { Queues } from './queues.ts'
import { Statistics } from './statistics.ts'
import { WaitingRoom } from './waiting-room.ts'
import { Workers } from './workers.ts'
import { kindsOf, Writer } from './writer.ts'

export interface ClientOptions extends Omit<Checks, 'sealing'> {
  readonly url: string | undefined
  /** How long finished jobs are kept, in milliseconds, unless their task says otherwise. Default: 7 days. */
  readonly retention?: number | undefined
  /** How to get the tasks of the app, for whoever wants to know more of them than their names. */
  readonly loadTasks?: (() => Promise<KnownTasks>) | undefined
  /** How to get what the schemas of some tasks mark as secret, for whoever shows jobs and needs no more of their code. */
  readonly loadMarks?: ((tasks: readonly string[]) => Promise<SecretMarks>) | undefined
  /** How long the database may take to write jobs, in milliseconds. Default: 10 seconds. */
  readonly scheduleTimeout?: number | undefined
  /** What of payloads is shown to nobody, beside what schemas mark. */
  readonly redact?: Redact | undefined
  /** Keys to encrypt payloads with; the environment may bring others. */
  readonly encryption?: Encryption | undefined
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
const SCHEDULE_TIMEOUT_MS = milliseconds('10s')
/** The server gives up by itself; this is for when nothing of that arrives. */
const ANSWER_MS = 10_000

/** Schedules jobs: checks them, then writes them where they belong, which is into the transaction at hand if any. */
export class Client implements Scheduler, Operator {
  readonly #options: ClientOptions
  readonly #checks: Checks
  readonly #writer: Writer
  readonly #room: WaitingRoom
  readonly #layers: Layers<JobRequest> | undefined
  /** What encrypts and opens payloads; undefined without keys. */
  readonly sealing: Sealing | undefined
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
  readonly bulks: Bulks
  readonly isRemote = false
  /** Schedules another job like the one with this id. @throws JobNotFound; InvalidPayload */
  readonly replay = (id: string, payload?: unknown) => replay(this, id, payload)
  /** Schedules the job of a cron entry now. @throws CronNotFound */
  readonly runCron = (name: string) => runCron(this, name)
  #tasks: Promise<KnownTasks> | undefined

  constructor(options: ClientOptions) {
    this.#options = options
    const { url, registry, retention = RETENTION_MS, payloadLimit, middleware = [] } = options
    const { encryption, scheduleTimeout = SCHEDULE_TIMEOUT_MS } = options
    this.sealing = sealingOf(encryption, variable(KEYS_VARIABLE))
    this.#checks = { payloadLimit, registry, sealing: this.sealing }
    const connection = new Connection({
      url,
      name: 'kretes background',
      settings: { ...ENGINE_SESSION, statement_timeout: `${scheduleTimeout}ms` },
      answerTimeout: scheduleTimeout + ANSWER_MS,
      mayExit: true,
    })
    this.#writer = new Writer(connection)
    this.#room = new WaitingRoom(connection, url)
    this.#layers = layersOfSchedule(middleware)
    const plain: Scheduler = {
      schedule: options => this.#schedule(options),
      scheduleMany: (task, items) => this.#scheduleMany(task, items),
    }
    const { schedule, scheduleMany } = layered(plain, this.#layers)
    this.schedule = schedule
    this.scheduleMany = scheduleMany
    this.administration = openAdministration({ url, retention, ...this.#checks })
    const administration = async () => this.administration
    this.jobs = new Jobs(administration)
    this.records = new JobRecords(administration)
    this.crons = new Crons(administration)
    this.queues = new Queues(administration)
    this.workers = new Workers(administration)
    this.statistics = new Statistics(administration)
    this.activities = new Activities(administration)
    this.bulks = new Bulks(administration, this.jobs, this.activities)
  }

  async #schedule<const Reference extends TaskReference>(
    options: ScheduleOptions<Reference>,
  ): Promise<JobHandle<ResultOfReference<Reference>>> {
    const { task, ...item } = options as LooseOptions
    const job = await newJob(task, item, this.#checks)
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
    const jobs = await newJobs(task, items, this.#checks)
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
        const job = await newJob(task, item, this.#checks)
        return this.#handle(await enqueueOne(db, job, ringFor([job])))
      },
      scheduleMany: async (task, items) => {
        const jobs = await newJobs(task, items, this.#checks)
        const ids = await enqueueAll(db, jobs, ringFor(jobs))
        return ids.map(id => this.#handle(id))
      },
    }
    return layered(plain, this.#layers)
  }

  /** The job with `id`, to wait for it; whoever does not schedule it only reads. */
  handle(id: string): JobHandle {
    return new Handle(id, this.#room, this.administration.reads)
  }

  /** The tasks of the app, as far as this process can get at their code. Those of a running `ks bg dev` follow their files. */
  tasks(): Promise<KnownTasks> {
    const { registry, loadTasks } = this.#options
    if (registry || !loadTasks)
      return Promise.resolve({ registry: registry ?? createRegistry({}), files: {} })
    this.#tasks ??= loadTasks().catch(() => ({ registry: createRegistry({}), files: {} }))
    return this.#tasks
  }

  /** What must not be shown of jobs: what schemas mark, what the configuration says, and what `more` says. */
  async secrets(more?: Redact): Promise<Secrets> {
    const { registry } = await this.tasks()
    return secretsOf([this.#options.redact, more], registry)
  }

  /** The same for jobs of these tasks alone: their code is not loaded when it has been looked at before. */
  async secretsIn(tasks: readonly string[]): Promise<Secrets> {
    const { registry, loadMarks, redact } = this.#options
    if (registry || !loadMarks) return this.secrets()
    const marks = await loadMarks([...new Set(tasks)])
    return secretsAt([redact], task => marks.get(task) ?? [])
  }

  async close(): Promise<void> {
    await Promise.all([this.#writer.close(), this.#room.close(), this.administration.db.close()])
  }

  /** The transaction at hand, if it is one of our database: a process may have several. */
  #ambient(): AmbientTransaction | undefined {
    const ambient = ambientTransaction()
    return ambient?.database.url === this.#options.url ? ambient : undefined
  }

  #handle<Result>(id: string): JobHandle<Result> {
    return new Handle<Result>(id, this.#room)
  }
}

type LooseOptions = LooseItem & { readonly task: TaskReference }

/** What workers that rest are told when the transaction commits. */
function ringFor(jobs: readonly NewJob[]): string {
  return [...kindsOf(jobs)].join(' ')
}
