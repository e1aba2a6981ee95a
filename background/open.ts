import type { Host } from '../framework/plugin.ts'
import { Client } from './client/client.ts'
import type { BackgroundConfig } from './config.ts'
import type { Registry } from './registry.ts'
import { ensureSchema } from './schema-check.ts'
import { Worker } from './worker/worker.ts'

/** The client of `host`, on a schema that fits. */
export async function openClient(host: Host, config: BackgroundConfig, registry?: Registry): Promise<Client> {
  const database = await host.database()
  await ensureSchema(database)
  return new Client({ url: database.url, payloadLimit: config.payloadLimit, registry })
}

/** A worker for the tasks of `registry` in the database of `host`, not yet started. */
export async function openWorker(host: Host, config: BackgroundConfig, registry: Registry): Promise<Worker> {
  const database = await host.database()
  await ensureSchema(database)
  return new Worker({ url: database.url, config, registry, logger: host.logger })
}
