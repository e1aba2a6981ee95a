import { type BackgroundConfig, createTaskCompiler, loadTasks } from '../../background/operator.ts'
import type { App } from '../../framework/app.ts'
import { monotonic } from '../../framework/clock.ts'
import type { Compiled } from '../../framework/compiler.ts'
import type { ConfigInput, LogFormat } from '../../framework/config.ts'
import { KretesError } from '../../framework/errors.ts'
import type { Plugin } from '../../framework/plugin.ts'
import { findAppFile, importApp } from '../app-file.ts'
import { loggerFor } from '../logging.ts'
import { type CommonOptions, logFormatOf } from '../options.ts'
import { findProject } from '../project.ts'
import { awaitInterruption } from '../shutdown.ts'
import { taskColumn } from '../worker/job-line.ts'
import { openReport } from '../worker/open-report.ts'
import { work } from '../worker/work.ts'

export interface StartOptions extends CommonOptions {
  readonly port?: number
  readonly host?: string
  readonly worker?: true
  readonly log?: LogFormat
}

/** What `ks start` does. */
export async function runStart(named: string | undefined, options: StartOptions): Promise<void> {
  const since = monotonic()
  const interruption = awaitInterruption()
  const { app, tasks } = await load(named, options.worker === true)
  try {
    const plugin = tasks && backgroundOf(app)
    await app.setup(flagsOf(options))
    await app.listen()
    if (!plugin) return await interruption.asked
    const config = app.section(plugin) as BackgroundConfig
    const { log } = app.config
    const verbose = options.verbose === true
    const report = await openReport(log.format, { root: app.root, level: log.level, verbose })
    const logger = await loggerFor(log, { verbose, taskWidth: taskColumn(tasks.registry.names) })
    await work({ app, config, loaded: tasks, logger, report, interruption, once: false, since })
  } finally {
    await app.stop()
    interruption.release()
  }
}

/** What was typed wins over what the app says itself; the worker is ours, to tell of its jobs. */
function flagsOf({ port, host, worker, ...options }: StartOptions): ConfigInput {
  return {
    http: { port, host },
    log: { format: logFormatOf(options) },
    ...(worker && { background: { worker: false } }),
  }
}

/**
 * The app, and its tasks when they are to be run too. Both are compiled together, so that a module which both
 * import, such as a database client, is one module.
 */
async function load(named: string | undefined, withTasks: boolean) {
  const { root, background } = await findProject()
  const place = { root, directory: background.tasks, executables: background.executables }
  const file = findAppFile(root, named)
  const compiler = createTaskCompiler(place)
  try {
    let compiledApp: Compiled | undefined
    const close = async () => {}
    const compile = async (entries: readonly string[]) => {
      const [app, ...others] = await compiler.compile([file, ...entries])
      compiledApp = app
      return others
    }
    const tasks = withTasks ? await loadTasks({ ...place, compiler: { compile, close } }) : undefined
    if (!tasks) await compile([])
    return { app: await importApp(compiledApp as Compiled, root), tasks }
  } finally {
    await compiler.close()
  }
}

function backgroundOf({ plugins }: App): Plugin {
  const plugin = plugins.find(({ name }) => name === 'background')
  if (plugin) return plugin
  throw new KretesError('the app has no background jobs to run', {
    code: 'NO_BACKGROUND',
    hint: 'create it with them, createApp({ plugins: [background()] }), or leave --worker out',
  })
}
