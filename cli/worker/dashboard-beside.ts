import type { BackgroundConfig } from '../../background/operator.ts'
import { openClient, type Registry } from '../../background/operator.ts'
import type { App } from '../../framework/app.ts'
import { isKretesError, messageOf } from '../../framework/errors.ts'
import type { Logger } from '../../framework/logger.ts'
import type { ServedDashboard } from '../serve-dashboard.ts'
import type { Report } from './report.ts'

export interface BesideOptions {
  /** Set up. */
  readonly app: App
  readonly config: BackgroundConfig
  readonly registry: Registry
  readonly logger: Logger
  readonly report: Report
}

/** The dashboard beside a worker, for this machine alone. A worker does its work whether there is one or not. */
export class DashboardBeside {
  readonly #options: BesideOptions
  #opened: Promise<ServedDashboard | undefined> | undefined

  constructor(options: BesideOptions) {
    this.#options = options
  }

  /** Its address, once it has one. */
  async url(): Promise<string | undefined> {
    return (await this.#opened)?.url
  }

  /** Opens it, and tells where it is or why there is none. */
  open(): void {
    const { report } = this.#options
    this.#opened ??= this.#open().then(
      dashboard => {
        report.note(`dashboard at ${dashboard.url}`)
        return dashboard
      },
      error => {
        report.note(`no dashboard: ${messageOf(error)}`)
        return undefined
      },
    )
  }

  async close(): Promise<void> {
    await (await this.#opened)?.stop()
  }

  async #open(): Promise<ServedDashboard> {
    const { app, config, registry, logger } = this.#options
    const { DASHBOARD_PORT, serveDashboard } = await import('../serve-dashboard.ts')
    const client = await openClient(app, config, registry)
    const serve = (port: number) => serveDashboard(client, logger, { port })
    try {
      const { url, stop } = await serve(DASHBOARD_PORT).catch(error => {
        if (!isKretesError(error) || error.code !== 'PORT_IN_USE') throw error
        return serve(0)
      })
      return { url, stop: () => stop().finally(() => client.close()) }
    } catch (error) {
      await client.close()
      throw error
    }
  }
}
