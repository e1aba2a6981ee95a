import { resolve } from 'node:path'
import { adoptPool, type Database, openDatabase } from '../framework/database.ts'
import { databaseUrl } from '../framework/environment.ts'
import { createLogger, type Logger } from '../framework/logger.ts'
import { Client } from './client/client.ts'
import { sealedEntry } from './cron-sealing.ts'
import { BackgroundError } from './errors.ts'
import type { Emitter } from './events.ts'
import { taskHost } from './host.ts'
import { loadCrons } from './loader/load-crons.ts'
import { migrateDatabase } from './migrate.ts'
import { createRegistry, type Registry } from './registry.ts'
import {
  type CheckedOptions,
  checkDatabaseOptions,
  checkRunOptions,
  type DatabaseOptions,
  type RunOptions,
} from './run-options.ts'
import { endOf, type Runner, type RunnerParts, StartedRunner } from './runner.ts'
import { ensureSchema } from './schema-check.ts'
import { logEvents } from './worker/log-events.ts'
import { Worker } from './worker/worker.ts'

/**
 * Runs jobs in this process, without an app and without the command line. Several runners in one process are fine, and
 * so is a web server beside them. No signal handlers are installed: pass a `signal`, or call `stop`.
 *
 * In development the schema is brought up to date first; in production that is the deploy's business, see
 * {@link runMigrations}.
 *
 * @throws InvalidOption that lists everything that is wrong; SchemaBehind; KretesError `DATABASE_UNREACHABLE`.
 * @example
 * const runner = await run({ url: process.env.DATABASE_URL, tasks: { SendEmail } })
 * await runner.schedule({ task: SendEmail, payload: { to: 'ann@example.com' } })
 * await runner.stop()
 */
export async function run(options: RunOptions): Promise<Runner> {
  const checked = checkRunOptions(options)
  checked.signal?.throwIfAborted()
  const parts = await start(checked, { cron: true })
  const runner = new StartedRunner(parts)
  const forget = whenAborted(checked.signal, () => runner.stop())
  runner.stopped.then(forget, forget)
  return runner
}

/** How attempts ended. */
export interface RunSummary {
  readonly completed: number
  /** Failed, and due again later. */
  readonly failed: number
  readonly snoozed: number
  readonly cancelled: number
  /** Failed for the last time, or not to be tried again. */
  readonly discarded: number
}

/**
 * Runs jobs until none is left that could run now, then stops. Cron entries are left to others, and jobs that are due
 * later stay for later.
 *
 * @throws as {@link run}
 */
export async function runOnce(options: RunOptions): Promise<RunSummary> {
  const checked = checkRunOptions(options)
  checked.signal?.throwIfAborted()
  const summary = { completed: 0, failed: 0, snoozed: 0, cancelled: 0, discarded: 0 }
  const once = { ...checked, config: { ...checked.config, listen: false } }
  const parts = await start(once, { cron: false, watch: events => count(events, summary) })
  const forget = whenAborted(checked.signal, () => parts.worker.stop())
  try {
    await parts.worker.untilEmpty()
  } finally {
    forget()
    await endOf(parts)
  }
  return summary
}

/**
 * Brings the database's `background` schema up to date; any number of processes may do it at once. Answers with the names
 * of the migrations that were applied.
 *
 * @throws KretesError `MIGRATION_FAILED`, `SCHEMA_TOO_NEW`, `DATABASE_UNREACHABLE`
 */
export async function runMigrations(options: DatabaseOptions = {}): Promise<readonly string[]> {
  const database = databaseFor(checkDatabaseOptions(options), () => {})
  try {
    return await migrateDatabase(database)
  } finally {
    await database.close()
  }
}

interface How {
  readonly cron: boolean
  /** Is handed the events before anything happens. */
  readonly watch?: (events: Emitter) => void
}

/** A start that fails leaves nothing behind. */
async function start(options: CheckedOptions, { cron, watch }: How): Promise<RunnerParts> {
  const { config, logger = createLogger({ level: 'info' }), events } = options
  const registry = await registryOf(options, logger)
  const root = process.cwd()
  const crons = cron ? await loadCrons({ root, config, registry }) : undefined
  for (const { message, ...fields } of crons?.problems ?? []) logger.warn(message, fields)
  const database = databaseFor(options, error => logger.warn('trouble with the database', { error }))
  const { url } = database
  const client = new Client({ ...config, url, registry })
  const host = taskHost(
    async () => database,
    async () => client,
  )
  const cronEntries = crons?.entries.map(entry => sealedEntry(entry, client.sealing))
  const worker = new Worker({ url, config, registry, logger, host, cron: cronEntries })
  logEvents(worker.events, logger)
  worker.events.add(events)
  watch?.(worker.events)
  const parts = { worker, client, database }
  try {
    const applied = await ensureSchema(database)
    if (applied.length > 0) worker.events.emit('schema:migrated', { applied })
    await worker.start()
    return parts
  } catch (error) {
    await endOf(parts, 0).catch(() => {})
    throw error
  }
}

/** Calls `stop`, whose errors others hear of, when `signal` aborts or has done so; the answered function ends that. */
function whenAborted(signal: AbortSignal | undefined, stop: () => Promise<void>): () => void {
  const act = () => void stop().catch(() => {})
  if (signal?.aborted) act()
  signal?.addEventListener('abort', act, { once: true })
  return () => signal?.removeEventListener('abort', act)
}

/** The database of `options`; nothing is opened yet. */
export function databaseFor({ url, pool }: DatabaseOptions, onError: (error: unknown) => void): Database {
  if (pool) return adoptPool(pool, { url, onError })
  return openDatabase({ url: url ?? databaseUrl(), poolSize: 10, applicationName: 'kretes', onError })
}

/** The tasks of `options`, by name. @throws BackgroundError `NO_TASKS` */
export async function registryOf({ tasks, config }: CheckedOptions, logger: Logger): Promise<Registry> {
  if (tasks) return createRegistry(tasks)
  const { loadTasks } = await import('./loader/load.ts')
  const root = process.cwd()
  const directory = resolve(root, config.tasks)
  const { registry, problems } = await loadTasks({ root, directory, executables: config.executables })
  for (const { message, ...fields } of problems) logger.warn(message, fields)
  if (registry.names.length > 0) return registry
  throw new BackgroundError(`no task in ${config.tasks} can run`, {
    code: 'NO_TASKS',
    hint: 'look at the warnings; a task is a file in PascalCase whose default export is a function',
  })
}

function count(events: Emitter, summary: Record<keyof RunSummary, number>): void {
  for (const outcome of Object.keys(summary) as (keyof RunSummary)[])
    events.on(`job:${outcome}`, () => void summary[outcome]++)
}
