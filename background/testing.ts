import type { Database } from '../framework/database.ts'
import { type Duration, milliseconds } from '../framework/duration.ts'
import { isProduction } from '../framework/environment.ts'
import { createLogger } from '../framework/logger.ts'
import { Client } from './client/client.ts'
import { NodeClock } from './client/node-clock.ts'
import { shareClient, sharedClient } from './current.ts'
import { clear } from './engine/clear.ts'
import { travel } from './engine/travel.ts'
import { BackgroundError, InvalidOption } from './errors.ts'
import { taskHost } from './host.ts'
import { nameOf } from './identity.ts'
import { type Job, WAITING } from './job.ts'
import { layersOfRun } from './middleware.ts'
import { PlannedFailures } from './planned-failures.ts'
import { type Queue, queueName } from './queue.ts'
import type { Registry } from './registry.ts'
import { databaseFor, type RunSummary, registryOf } from './run.ts'
import { type CheckedOptions, checkRunOptions, type RunOptions } from './run-options.ts'
import { differences, nothingMatches, type ScheduledMatch, somethingMatches } from './scheduled-match.ts'
import { ensureSchema } from './schema-check.ts'
import type { AnyTask, PayloadOf, ResultOf } from './task.ts'
import type { Surroundings } from './worker/context.ts'
import { drain } from './worker/drain.ts'
import { summaryOf } from './worker/drain-summary.ts'
import { runHere } from './worker/run-here.ts'

export type { ScheduledMatch } from './scheduled-match.ts'

type Shared = 'url' | 'pool' | 'tasks' | 'directory' | 'payloadLimit' | 'middleware' | 'logger'

/** What {@link testBackground} takes: a database for tests, and the tasks that may run. */
export interface TestOptions extends Pick<RunOptions, Shared> {
  /** With `node`, jobs live by Node's clock, which a test may set: `vi.setSystemTime(…)`. Default: the database's. */
  readonly clock?: 'node' | 'database' | undefined
}

export interface DrainOptions {
  /** Only the jobs of this queue. Default: all jobs. */
  readonly queue?: Queue | string | undefined
  /** Whether a task that fails only counts, and is not thrown. Default: false. */
  readonly safe?: boolean | undefined
}

/** A job that waits, with the payload that its task takes. */
export type ScheduledJob<Task = AnyTask> = Omit<Job, 'payload'> & { readonly payload: PayloadOf<Task> }

type PayloadOfCall<Task> =
  PayloadOf<Task> extends undefined
    ? [payload?: undefined, facts?: AttemptFacts]
    : [payload: PayloadOf<Task>, facts?: AttemptFacts]

/** What the context of {@link TestBackground.run} says about the attempt. */
export interface AttemptFacts {
  /** Which attempt it is, counted from 1. Default: 1. */
  readonly attempt?: number | undefined
}

const MOST_SCHEDULED = 1_000

/**
 * Background jobs under a test: what the code under test schedules is written to a real database and stays there until the
 * test looks at it or drains it. Nothing runs by itself, and nothing sleeps. As long as it is not disposed of,
 * `Background.schedule` writes here.
 *
 * @throws BackgroundError `TESTS_ONLY` with `NODE_ENV=production`; InvalidOption
 * @example
 * await using background = await testBackground({ url: process.env.TEST_DATABASE_URL, tasks: { SendEmail } })
 * await signUp({ email: 'ann@example.com' })
 * await background.expectScheduled(SendEmail, { payload: { to: 'ann@example.com' }, in: '10m' })
 * await background.travel('10m')
 * expect(await background.drain()).toMatchObject({ completed: 1 })
 */
export async function testBackground(options: TestOptions): Promise<TestBackground> {
  if (isProduction()) throw testsOnly()
  const { clock = 'database', ...rest } = options
  const checked = checkRunOptions(rest)
  const logger = checked.logger ?? createLogger({ level: 'silent' })
  const registry = await registryOf(checked, logger)
  const database = databaseFor(checked, () => {})
  try {
    await ensureSchema(database)
  } catch (error) {
    await database.close()
    throw error
  }
  return new TestBackground({ ...checked, logger, clock }, registry, database)
}

type TestSettings = CheckedOptions & Pick<Surroundings, 'logger'> & Pick<TestOptions, 'clock'>

/** See {@link testBackground}. */
export class TestBackground implements AsyncDisposable {
  readonly #config: CheckedOptions['config']
  readonly #registry: Registry
  readonly #database: Database
  readonly #client: Client
  readonly #clock: NodeClock | undefined
  readonly #around: Surroundings
  readonly #failures = new PlannedFailures()
  readonly #formerly = sharedClient()

  constructor({ config, logger, clock }: TestSettings, registry: Registry, database: Database) {
    this.#config = config
    this.#registry = registry
    this.#database = database
    if (clock === 'node') this.#clock = new NodeClock(() => this.#client.administration.db)
    const middleware = [...config.middleware, ...(this.#clock ? [this.#clock.middleware] : [])]
    this.#client = new Client({ ...config, middleware, url: database.url, registry })
    const client = async () => this.#client
    const host = taskHost(async () => database, client)
    const { sealing } = this.#client
    const layers = layersOfRun([...config.middleware, this.#failures.middleware])
    this.#around = { logger, host, layers, sealing }
    shareClient(client)
  }

  /**
   * Runs all jobs that are due, and those that they schedule, one at a time in their order, until none is left; of one
   * `queue` only, when it is given. A job that fails is not tried again before its time; see {@link travel}.
   *
   * @throws the first error of a task, once all is done; with `safe: true` it only counts. InvalidOption
   */
  async drain({ safe = false, queue }: DrainOptions = {}): Promise<RunSummary> {
    await this.#clock?.follow()
    const attempts = await drain({
      ...{ connection: this.#client.administration.db, registry: this.#registry, around: this.#around },
      keep: Math.ceil(this.#config.retention / 1_000),
      queue: queue === undefined ? undefined : queueName(queue),
    })
    return summaryOf(attempts, safe)
  }

  /**
   * Runs a task at once, without a job, as a worker would: the payload goes through the schema and through JSON, and the
   * context is a real one. Answers with what the task returns, throws what it throws.
   */
  async run<Task extends AnyTask>(task: Task, ...call: PayloadOfCall<Task>): Promise<ResultOf<Task>> {
    const [payload, { attempt = 1 } = {}] = call
    const definition = this.#registry.get(nameOf(task))
    const limit = this.#config.payloadLimit
    return runHere(definition, payload, { around: this.#around, limit, attempt }) as ResultOf<Task>
  }

  /**
   * The next attempt of `task` fails with `error`, without the task being called; called twice, the next two do.
   *
   * @example
   * background.failOnce(SendEmail, new Error('the mail server is away'))
   */
  failOnce(task: AnyTask, error: unknown = new Error(`${nameOf(task)} was to fail once`)): void {
    this.#failures.add(this.#registry.get(nameOf(task)).name, error)
  }

  /** The jobs that wait, of `task` or of all, in the order in which they were scheduled. */
  async scheduled<Task extends AnyTask>(task?: Task): Promise<ScheduledJob<Task>[]> {
    await this.#clock?.follow()
    const filter = { task, state: WAITING, limit: MOST_SCHEDULED }
    const { jobs } = await this.#client.jobs.list(filter)
    const shown = jobs.map(job => this.#clock?.shown(job) ?? job)
    return shown.reverse() as ScheduledJob<Task>[]
  }

  /**
   * The first job of `task` that waits and is like `match`.
   *
   * @throws AssertionError that says how the jobs that are scheduled differ.
   */
  async expectScheduled<Task extends AnyTask>(
    task: Task,
    match: ScheduledMatch<PayloadOf<Task>> = {},
  ): Promise<ScheduledJob<Task>> {
    const jobs = await this.scheduled(task)
    const found = jobs.find(job => differences(job as Job, match).length === 0)
    if (found) return found
    const others: Record<string, number> = {}
    for (const { task: name } of await this.scheduled()) others[name] = (others[name] ?? 0) + 1
    throw nothingMatches(nameOf(task), match, jobs as Job[], others)
  }

  /**
   * That no job of `task` waits that is like `match`.
   *
   * @throws AssertionError that names those that do.
   */
  async expectNotScheduled<Task extends AnyTask>(
    task: Task,
    match: ScheduledMatch<PayloadOf<Task>> = {},
  ): Promise<void> {
    const jobs = await this.scheduled(task)
    const found = jobs.filter(job => differences(job as Job, match).length === 0)
    if (found.length > 0) throw somethingMatches(nameOf(task), match, found as Job[])
  }

  /** Lets time pass for all jobs that have not finished: they were scheduled, and are due, that much earlier. No clock is touched. */
  async travel(duration: Duration): Promise<void> {
    const ms = milliseconds(duration)
    if (ms === 0) throw new InvalidOption('there is no time to travel', "give a duration: '3 days' is '3d'")
    await travel(this.#client.administration.db, ms)
  }

  /** Removes all jobs, the settings of queues, and failures that were planned. */
  async clear(): Promise<void> {
    this.#failures.clear()
    await clear(this.#client.administration.db)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    shareClient(this.#formerly)
    await this.#client.close()
    await this.#database.close()
  }
}

function testsOnly(): BackgroundError {
  return new BackgroundError('testBackground is for tests, and NODE_ENV is production', {
    code: 'TESTS_ONLY',
    hint: 'it can rewrite and remove every job: run tests with another NODE_ENV and on a database of their own',
  })
}
