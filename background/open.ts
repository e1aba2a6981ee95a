import { resolve } from 'node:path'
import type { Host } from '../framework/plugin.ts'
import { Client } from './client/client.ts'
import type { BackgroundConfig } from './config.ts'
import { hostOf } from './host.ts'
import { rememberTasks } from './identity.ts'
import { discover } from './loader/discover.ts'
import { loadCrons } from './loader/load-crons.ts'
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
  return new Client({ url: database.url, payloadLimit, registry, retention, middleware })
}

/** A worker for the tasks of `registry` in the database of `host`, not yet started. */
export async function openWorker(host: Host, config: BackgroundConfig, registry: Registry): Promise<Worker> {
  const database = await host.database()
  const { entries, problems } = await loadCrons({ root: host.root, config, registry })
  for (const { message, ...fields } of problems) host.logger.warn(message, fields)
  await ensureSchema(database)
  const { url } = database
  const { logger } = host
  return new Worker({ url, config, registry, logger, host: hostOf(host), cron: entries })
}
