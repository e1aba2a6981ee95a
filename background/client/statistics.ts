import { overview, taskOverviews } from '../engine/overview.ts'
import type { Overview, TaskOverview } from '../overview.ts'
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

  /** How the last 10,000 finished jobs went, task by task. */
  async tasks(): Promise<TaskOverview[]> {
    return taskOverviews((await this.#administration()).reads)
  }
}
