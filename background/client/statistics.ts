import { diagnoseSchema, diagnoseServer, diagnoseVersion } from '../diagnosis.ts'
import { errorGroups } from '../engine/error-groups.ts'
import { schemaHealth, serverHealth } from '../engine/health.ts'
import { series } from '../engine/minutes.ts'
import { overview, taskOverviews } from '../engine/overview.ts'
import { type Pulse, pulse } from '../engine/pulse.ts'
import type { ErrorGroup } from '../error-group.ts'
import type { Finding } from '../health.ts'
import { integerOption } from '../option-checks.ts'
import type { Overview, TaskOverview } from '../overview.ts'
import type { Stretch } from '../series.ts'
import type { Administration } from './administration.ts'

/** How the work goes, in numbers. */
export class Statistics {
  readonly #administration: () => Promise<Administration>

  constructor(administration: () => Promise<Administration>) {
    this.#administration = administration
  }

  /** How everything stands: jobs by state, workers, totals. Cheap enough to ask every second. */
  async overview(): Promise<Overview> {
    return overview((await this.#administration()).reads)
  }

  /** Marks that are others whenever something has happened: cheap enough to ask every second. */
  async pulse(): Promise<Pulse> {
    return pulse((await this.#administration()).reads)
  }

  /** How the last 10,000 finished jobs went, task by task. */
  async tasks(): Promise<TaskOverview[]> {
    return taskOverviews((await this.#administration()).reads)
  }

  /** How the work went in the last `minutes`, at most a day, in stretches of `step` minutes. About five seconds behind. */
  async series(minutes: number, step: number): Promise<Stretch[]> {
    const all = integerOption('minutes', minutes, 1, 1_440)
    return series((await this.#administration()).reads, all, integerOption('step', step, 1, all))
  }

  /** Errors of jobs that were discarded lately or will be tried again, those that are the same together. */
  async errors(limit = 100): Promise<ErrorGroup[]> {
    return errorGroups((await this.#administration()).reads, integerOption('limit', limit, 1, 1_000))
  }

  /** What is wrong with the server, our tables, which should have those `migrations`, and the work in them; see `ks bg doctor`. */
  async findings(migrations: readonly string[]): Promise<Finding[]> {
    const { reads } = await this.#administration()
    const [server, schema] = await Promise.all([serverHealth(reads), schemaHealth(reads)])
    const version = diagnoseVersion(schema, migrations)
    return [version, ...diagnoseServer(server), ...diagnoseSchema(schema, server.user)]
  }
}
