import { loadTasks } from '../../../background/operator.ts'
import { monotonic } from '../../../framework/clock.ts'
import type { LogFormat } from '../../../framework/config.ts'
import { loggerFor } from '../../logging.ts'
import { type CommonOptions, logFormatOf } from '../../options.ts'
import { appOf, findProject } from '../../project.ts'
import { awaitInterruption } from '../../shutdown.ts'
import { DashboardBeside } from '../../worker/dashboard-beside.ts'
import { taskColumn } from '../../worker/job-line.ts'
import { openReport } from '../../worker/open-report.ts'
import { work } from '../../worker/work.ts'

export interface StartOptions extends CommonOptions {
  readonly concurrency?: number
  readonly tasks?: string
  readonly grace?: number
  readonly once?: true
  readonly dashboard?: true
  readonly log?: LogFormat
}

/** What `ks bg start` does. */
export async function runStart(options: StartOptions): Promise<void> {
  const since = monotonic()
  const interruption = awaitInterruption()
  const { concurrency, tasks, grace, once = false, verbose = false } = options
  const project = await findProject({
    background: { concurrency, tasks, grace, worker: false },
    log: { format: logFormatOf(options) },
  })
  const { root, background, config } = project
  const loaded = await loadTasks({ root, directory: background.tasks, executables: background.executables })
  const report = await openReport(config.log.format, { root, level: config.log.level, verbose })
  const taskWidth = taskColumn(loaded.registry.names)
  const logger = await loggerFor(config.log, { verbose, taskWidth })
  const app = appOf(project, logger)
  const { registry } = loaded
  const dashboard = new DashboardBeside({ app, config: background, registry, logger, report })
  const onStarted = () => options.dashboard && dashboard.open()
  try {
    await app.setup()
    await work({ app, config: background, loaded, logger, report, interruption, once, since, onStarted })
  } finally {
    await dashboard.close()
    await app.stop()
    interruption.release()
  }
}
