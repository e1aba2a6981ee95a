import {
  LiveRegistry,
  type LoadedTasks,
  loadCrons,
  type Registry,
  type TaskChanges,
  TaskWatch,
  type Worker,
} from '../../background/operator.ts'
import { monotonic } from '../../framework/clock.ts'
import { messageOf } from '../../framework/errors.ts'
import { reportError } from '../errors.ts'
import { loggerFor } from '../logging.ts'
import { openInBrowser } from '../open-in-browser.ts'
import { appOf, type Project } from '../project.ts'
import type { Interruption } from '../shutdown.ts'
import { DashboardBeside } from '../worker/dashboard-beside.ts'
import { taskColumn } from '../worker/job-line.ts'
import { keepTypes } from '../worker/keep-types.ts'
import { openReport } from '../worker/open-report.ts'
import type { Report } from '../worker/report.ts'
import { work } from '../worker/work.ts'

export interface DevSessionOptions {
  readonly verbose: boolean
  readonly json: boolean
  readonly interruption: Interruption
  /** Reads the configuration, also anew when it has changed. */
  readonly readProject: () => Promise<Project>
}

/** From a start to the next: one worker, whose tasks are replaced between jobs when their files change. */
export class DevSession {
  readonly #options: DevSessionOptions
  readonly #live: LiveRegistry
  readonly #ended: Promise<void>
  #end: () => void = () => {}
  #startAgain = false
  #report: Report | undefined
  #worker: Worker | undefined
  #dashboard: DashboardBeside | undefined
  #arrived: (loaded: LoadedTasks) => void = () => {}

  constructor(options: DevSessionOptions, none: Registry) {
    this.#options = options
    this.#live = new LiveRegistry(none)
    this.#ended = new Promise(resolve => {
      this.#end = resolve
    })
  }

  /** Answers whether to start again. */
  async run(since = monotonic()): Promise<boolean> {
    const project = await this.#options.readProject()
    const { root, background, config } = project
    const { verbose } = this.#options
    this.#report = await openReport(config.log.format, {
      root,
      level: config.log.level,
      verbose,
      source: true,
    })
    const watch = new TaskWatch({
      ...{ root, directory: background.tasks, executables: background.executables },
      onTasks: changes => this.#apply(changes, root),
      onRoot: names => void this.#look(names, project),
      onTrouble: error => this.note(`changed code was not taken over: ${messageOf(error)}; r starts again`),
    })
    try {
      const loaded = await this.#firstTasks(watch)
      if (loaded) await this.#work(project, loaded, since)
    } finally {
      await watch.close()
    }
    return this.#startAgain
  }

  /** Ends this session so that the next one begins, with everything read anew. */
  startAgain(why: string): void {
    if (this.#startAgain) return
    this.#startAgain = true
    this.note(`${why}: starting again`)
    this.#end()
  }

  togglePause(): void {
    const quiet = this.#worker?.quiet
    if (quiet?.isOn) quiet.end()
    else quiet?.begin()
  }

  /** Opens the dashboard in a browser, once there is one. */
  async openDashboard(): Promise<void> {
    const url = await this.#dashboard?.url()
    if (url === undefined) return this.note('there is no dashboard yet')
    this.note(`opening ${url}`)
    openInBrowser(url)
  }

  note(text: string): void {
    this.#report?.note(text)
  }

  async #work(project: Project, loaded: LoadedTasks, since: number): Promise<void> {
    const { config, background } = project
    const { verbose, interruption } = this.#options
    this.#live.become(loaded.registry)
    const taskWidth = taskColumn(loaded.registry.names)
    const [report, registry] = [this.#report as Report, this.#live]
    const logger = await loggerFor(config.log, { verbose, taskWidth })
    const app = appOf(project, logger)
    const dashboard = new DashboardBeside({ app, config: background, registry, logger, report })
    this.#dashboard = dashboard
    // one that leaves need not hear what changes meanwhile
    void this.#asked.then(() => {
      this.#worker = undefined
    })
    try {
      await app.setup()
      await work({
        ...{ app, config: background, report, once: false, since, logger },
        loaded: { ...loaded, registry },
        interruption: { ...interruption, asked: this.#asked },
        onStarted: worker => {
          this.#worker = worker
          dashboard.open()
        },
      })
    } finally {
      await dashboard.close()
      await app.stop()
    }
  }

  get #asked(): Promise<void> {
    return Promise.race([this.#options.interruption.asked, this.#ended])
  }

  /** Waits until there is a task; nothing when somebody has enough of that. */
  async #firstTasks(watch: TaskWatch): Promise<LoadedTasks | undefined> {
    const arrival = new Promise<LoadedTasks>(resolve => {
      this.#arrived = resolve
    })
    const loaded = await watch.load()
    if (loaded.tasks.length > 0) return loaded
    this.#report?.problems(loaded.problems)
    this.note('waiting for the first task; another terminal can write one: ks bg new SendEmail')
    return (await Promise.race([arrival, this.#asked])) || undefined
  }

  async #apply(changes: TaskChanges, root: string): Promise<void> {
    const { loaded, kept } = changes
    this.#report?.reloaded(changes)
    if (loaded.tasks.length > 0) this.#arrived(loaded)
    if (!this.#worker) return
    const before = cronsOf(this.#live)
    this.#live.become(loaded.registry, kept)
    keepTypes(root, loaded)
    if (cronsOf(this.#live) !== before) return this.startAgain('a task has another cron entry')
    await this.#worker.learn()
  }

  /** A configuration that does not hold changes nothing. */
  async #look(names: readonly string[], { background, root }: Project): Promise<void> {
    const crontab = background.crontab ?? 'crontab'
    const changed = names.find(name => /^kretes\.config\.\w+$/.test(name) || name === crontab)
    if (changed === undefined || !this.#worker) return
    try {
      const project = await this.#options.readProject()
      await loadCrons({ root, config: project.background, registry: this.#live })
      this.startAgain(`${changed} changed`)
    } catch (error) {
      reportError(error, { json: this.#options.json, verbose: this.#options.verbose })
      this.note('the configuration from before stays in use until that is corrected')
    }
  }
}

function cronsOf(registry: Registry): string {
  return JSON.stringify(
    registry.names.map(name => [name, registry.get(name).cron]).filter(([, cron]) => cron),
  )
}
