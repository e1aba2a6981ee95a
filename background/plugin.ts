import { resolve } from 'node:path'
import type * as z from 'zod'
import { ownModule } from '../framework/own-package.ts'
import type { Host, Plugin } from '../framework/plugin.ts'
import type { Client } from './client/client.ts'
import { type BackgroundConfig, backgroundConfig } from './config.ts'
import { shareClient } from './current.ts'
import type { Listeners } from './events.ts'
import { loadCrons } from './loader/load-crons.ts'
import type { Middleware } from './middleware.ts'
import { openClient, openWorker } from './open.ts'
import { ensureSchema } from './schema-check.ts'
import { logEvents } from './worker/log-events.ts'
import type { Worker } from './worker/worker.ts'

/**
 * Background jobs as a module of an app: `Background.schedule` works once the app is set up, and with
 * `background: { worker: true }` in `kretes.config.ts` a started app also runs jobs, in its own process.
 *
 * @example createApp({ plugins: [background()], routes })
 */
export function background(options: PluginOptions = {}): Plugin<BackgroundConfig> {
  return new BackgroundPlugin(options)
}

/** What belongs to the code of an app rather than to its configuration. */
export interface PluginOptions {
  /** What belongs around every job, outside of the configuration's middleware; the first is the outermost. */
  readonly middleware?: readonly Middleware[] | undefined
  /** Listeners for what happens in the app's worker, there from the beginning. */
  readonly events?: Listeners | undefined
}

class BackgroundPlugin implements Plugin<BackgroundConfig> {
  readonly name = 'background'
  readonly config: z.ZodType<BackgroundConfig>
  readonly commands = ownModule('cli/commands/background/register')
  #client: Promise<Client> | undefined
  readonly #listeners: Listeners
  #worker: Worker | undefined

  constructor({ middleware = [], events = {} }: PluginOptions) {
    this.#listeners = events
    const inner = backgroundConfig.shape.middleware
    this.config = backgroundConfig.extend({
      middleware: inner.transform(given => [...middleware, ...given]),
    })
  }

  setup(host: Host): void {
    shareClient(() => {
      this.#client ??= openClient(host, host.section(this)).catch(error => {
        this.#client = undefined
        throw error
      })
      return this.#client
    })
  }

  async start(host: Host): Promise<void> {
    const config = host.section(this)
    if (!config.worker) return
    const { loadTasks } = await import('./loader/load.ts')
    const { root, logger } = host
    const directory = resolve(root, config.tasks)
    const { registry, problems } = await loadTasks({ root, directory, executables: config.executables })
    const crons = await loadCrons({ root, config, registry })
    for (const { message, ...fields } of [...problems, ...crons.problems]) logger.warn(message, fields)
    await ensureSchema(await host.database())
    this.#worker = await openWorker(host, { config, registry, cron: crons.entries })
    logEvents(this.#worker.events, logger)
    this.#worker.events.add(this.#listeners)
    await this.#worker.start()
  }

  async stop(): Promise<void> {
    shareClient(undefined)
    await this.#worker?.stop()
    const client = await this.#client?.catch(() => undefined)
    await client?.close()
    this.#worker = this.#client = undefined
  }
}
