import {
  type BackgroundConfig,
  type CronEntry,
  ensureSchema,
  type LoadedTasks,
  loadCrons,
  openWorker,
  schemaStatus,
  serverVersion,
  VERSION,
  type Worker,
} from '../../background/operator.ts'
import type { App } from '../../framework/app.ts'
import { monotonic } from '../../framework/clock.ts'
import type { Database } from '../../framework/database.ts'
import { describeDatabase } from '../../framework/database-errors.ts'
import { KretesError } from '../../framework/errors.ts'
import type { Logger } from '../../framework/logger.ts'
import type { Interruption } from '../shutdown.ts'
import { keepTypes } from './keep-types.ts'
import type { Readiness, Report } from './report.ts'

export interface Work {
  /** Set up. */
  readonly app: App
  readonly config: BackgroundConfig
  readonly loaded: LoadedTasks
  /** Where tasks write what they do. */
  readonly logger: Logger
  readonly report: Report
  readonly interruption: Interruption
  /** Ends when no job is left that could run now. */
  readonly once: boolean
  /** When the command began, on the monotonic clock. */
  readonly since: number
  /** Is handed the worker that runs now. */
  readonly onStarted?: (worker: Worker) => unknown
}

/** Runs the app's jobs in this process, and tells of them, until it is interrupted. */
export async function work(work: Work): Promise<void> {
  const { app, report, loaded, config } = work
  try {
    if (loaded.tasks.length === 0) throw noTasks(loaded, config, report)
    const crons = await loadCrons({ root: app.root, config, registry: loaded.registry })
    report.problems([...loaded.problems, ...crons.problems])
    keepTypes(app.root, loaded)
    await runWorker(work, crons.entries)
  } finally {
    report.flush()
  }
}

/** A worker that ends when nothing is left to do makes no new work by the clock either. */
async function runWorker(work: Work, cron: readonly CronEntry[]): Promise<void> {
  const { app, config, loaded, logger, report, interruption, once } = work
  const database = await app.database()
  const facts = await factsOf(database)
  const { registry } = loaded
  const worker = await openWorker(app, { config, registry, logger, cron: once ? undefined : cron })
  // somebody elsewhere may end it
  const stopped = new Promise<void>(resolve => worker.events.on('worker:stopped', () => resolve()))
  try {
    report.follow(worker.events)
    await worker.start()
    interruption.whenHurried(() => {
      report.hurrying()
      worker.hurry()
    })
    report.ready(readinessOf(work, facts, cron))
    work.onStarted?.(worker)
    const empty = once ? [worker.untilEmpty()] : []
    await Promise.race([interruption.asked, stopped, ...empty])
  } finally {
    await worker.stop()
  }
}

type DatabaseFacts = Pick<Readiness, 'postgres' | 'database' | 'schema'>

async function factsOf(database: Database): Promise<DatabaseFacts> {
  const [postgres, migrated] = await Promise.all([serverVersion(database), ensureSchema(database)])
  const { applied } = await schemaStatus(database)
  return { postgres, database: describeDatabase(database.url), schema: { applied, migrated } }
}

function readinessOf(
  { config, loaded, since }: Work,
  facts: DatabaseFacts,
  cron: readonly CronEntry[],
): Readiness {
  const ownQueues = loaded.tasks.flatMap(({ definition }) => definition.queue ?? [])
  return {
    ...facts,
    version: VERSION,
    node: process.versions.node,
    tasks: loaded.registry.names,
    directory: config.tasks,
    cron: Object.fromEntries(cron.map(({ name, expression }) => [name, expression])),
    queues: { ...Object.fromEntries(ownQueues.map(queue => [queue, 1])), ...config.queues },
    concurrency: config.concurrency,
    ms: monotonic() - since,
  }
}

/** One problem is the error itself, such as an empty directory; more of them, or one with a source, are told before. */
function noTasks({ problems }: LoadedTasks, { tasks }: BackgroundConfig, report: Report): KretesError {
  const [first, second] = problems
  if (first && !second && !first.frame)
    return new KretesError(`${first.file}: ${first.message}`, { code: 'NO_TASKS', hint: first.hint })
  report.problems(problems)
  return new KretesError(`no task in ${tasks}/ can run`, {
    code: 'NO_TASKS',
    hint: 'correct what is said above',
  })
}
