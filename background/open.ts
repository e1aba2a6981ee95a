import { relative, resolve } from 'node:path'
import type { Logger } from '../framework/logger.ts'
import type { Host } from '../framework/plugin.ts'
import { Client, type KnownTasks } from './client/client.ts'
import type { BackgroundConfig } from './config.ts'
import type { CronEntry } from './cron.ts'
import { hostOf } from './host.ts'
import { rememberTasks } from './identity.ts'
import { discover } from './loader/discover.ts'
import type { Registry } from './registry.ts'
import { ensureSchema } from './schema-check.ts'
import { Worker } from './worker/worker.ts'

/**
 * The client of `host`, on a schema that fits. The names of the task files are made known, so that a task
 * function is recognised also where nothing has stamped it: under a test runner, or Node's own TypeScript.
 */
export async function openClient(host: Host, config: BackgroundConfig, registry?: Registry): Promise<Client> {
  const database = await host.database()
  const [{ files }] = await Promise.all([
    discover(resolve(host.root, config.tasks), host.root),
    ensureSchema(database),
  ])
  rememberTasks(files.map(file => file.name))
  const { payloadLimit, retention, middleware } = config
  const loadTasks = () => knownTasks(host.root, config)
  return new Client({ url: database.url, payloadLimit, registry, retention, middleware, loadTasks })
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
  const { logger = host.logger } = plan
  const { url } = await host.database()
  return new Worker({ ...plan, logger, url, host: hostOf(host) })
}
