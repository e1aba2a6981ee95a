import { type BackgroundConfig, background } from '../background/operator.ts'
import { type App, createApp } from '../framework/app.ts'
import { type Config, loadConfig } from '../framework/config.ts'
import type { Logger } from '../framework/logger.ts'
import type { Plugin } from '../framework/plugin.ts'
import { exitCodeOfSignal } from './exit-codes.ts'
import { onSignals } from './shutdown.ts'

/** The directory in which `ks` was called, and what it says about background jobs. */
export interface Project {
  readonly root: string
  readonly config: Config
  /** The section of background jobs. */
  readonly background: BackgroundConfig
  readonly plugins: readonly Plugin[]
}

/** Reads what the configuration of the current directory says to us; `flags` win over everything in it. */
export async function findProject(flags: object = {}): Promise<Project> {
  const root = process.cwd()
  const plugin = background()
  const plugins = [plugin]
  const config = await loadConfig({ root, plugins, flags, others: true })
  return { root, config, plugins, background: config[plugin.name] as BackgroundConfig }
}

/** The app of a project that has nothing but background jobs; not yet set up. */
export function appOf({ root, plugins, config }: Project, logger: Logger): App {
  return createApp({ root, plugins, config, logger })
}

/**
 * Lends the app to a command that soon ends, and stops it whatever happens: it may have to stop the database. The first
 * interruption does that too, unless `interrupted` does something else; the next one does.
 */
export async function withApp<T>(
  project: Project,
  logger: Logger,
  work: (app: App) => Promise<T>,
  interrupted?: (signal: NodeJS.Signals) => void,
): Promise<T> {
  const app = appOf(project, logger)
  const leave = (signal: NodeJS.Signals) => {
    void app.stop().finally(() => process.exit(exitCodeOfSignal(signal)))
  }
  const release = onSignals(...(interrupted ? [interrupted] : []), leave)
  try {
    await app.setup()
    return await work(app)
  } finally {
    await app.stop()
    release()
  }
}
