import { relative, resolve } from 'node:path'
import type { Database } from '../framework/database.ts'
import { variable } from '../framework/environment.ts'
import type { Logger } from '../framework/logger.ts'
import type { Host } from '../framework/plugin.ts'
import { Client, type KnownTasks } from './client/client.ts'
import type { BackgroundConfig } from './config.ts'
import type { CronEntry } from './cron.ts'
import { sealedEntry } from './cron-sealing.ts'
import { hostOf } from './host.ts'
import { rememberTasks } from './identity.ts'
import { discover } from './loader/discover.ts'
import type { Registry } from './registry.ts'
import { ensureSchema } from './schema-check.ts'
import { KEYS_VARIABLE, sealingOf } from './sealing.ts'
import type { SecretMarks } from './secrets.ts'
import { Worker } from './worker/worker.ts'

/**
 * The client of `host`, on a schema that fits. The names of the task files are made known, so that a task
 * function is recognised also where nothing has stamped it: under a test runner, or Node's own TypeScript.
 * `fitSchema` makes sure that the schema fits.
 */
export async function openClient(
  host: Host,
  config: BackgroundConfig,
  registry?: Registry,
  fitSchema: (database: Database) => Promise<unknown> = ensureSchema,
): Promise<Client> {
  const database = await host.database()
  const [{ files }] = await Promise.all([
    discover(resolve(host.root, config.tasks), host.root),
    fitSchema(database),
  ])
  rememberTasks(files.map(file => file.name))
  const loadTasks = () => knownTasks(host.root, config)
  const loadMarks = (tasks: readonly string[]) => knownMarks(tasks, host.root, config)
  return new Client({ ...config, url: database.url, registry, loadTasks, loadMarks })
}

/** Compiles them, which takes a moment. */
async function knownTasks(
  root: string,
  { tasks: directory, executables }: BackgroundConfig,
): Promise<KnownTasks> {
  const { loadTasks } = await import('./loader/load.ts')
  const { registry, tasks } = await loadTasks({ root, directory, executables })
  const files = tasks.map(({ name, file }) => [name, relative(root, file)])
  return { registry, files: Object.fromEntries(files) }
}

/** Loads the code of a task at most once. */
async function knownMarks(
  tasks: readonly string[],
  root: string,
  { tasks: directory }: BackgroundConfig,
): Promise<SecretMarks> {
  if (tasks.length === 0) return new Map()
  const { secretMarks } = await import('./loader/secret-marks.ts')
  return secretMarks(tasks, { root, directory })
}

/** What a worker of an app runs, and how. */
export interface WorkerPlan {
  readonly config: BackgroundConfig
  readonly registry: Registry
  /** The cron entries from code. Without them, empty or not, it leaves cron to others. */
  readonly cron?: readonly CronEntry[] | undefined
  /** Where tasks write what they do. Default: the app's log. */
  readonly logger?: Logger | undefined
}

/** A worker in the database of `host`, whose schema has been seen to fit; not yet started. */
export async function openWorker(host: Host, plan: WorkerPlan): Promise<Worker> {
  const { logger = host.logger, config } = plan
  const { url } = await host.database()
  const sealing = sealingOf(config.encryption, variable(KEYS_VARIABLE))
  const cron = plan.cron?.map(entry => sealedEntry(entry, sealing))
  return new Worker({ ...plan, cron, logger, url, host: hostOf(host) })
}
