import { ring } from '../engine/ring.ts'
import { listWorkers, type WorkerRecord } from '../engine/worker-list.ts'
import { tellWorkers, type WorkerOrder } from '../engine/worker-orders.ts'
import type { Administration } from './administration.ts'

export type { WorkerRecord as WorkerInfo } from '../engine/worker-list.ts'

/** The workers, of all processes. */
export class Workers {
  readonly #administration: () => Promise<Administration>

  constructor(administration: () => Promise<Administration>) {
    this.#administration = administration
  }

  /**
   * Tells workers what is wanted of them: `quiet` to take no more jobs, `work` to take them again, `stop` to end as
   * SIGTERM would. Answers with the ids of those that will hear of it, which are those whose lease holds.
   */
  async tell(ids: readonly string[], order: WorkerOrder): Promise<string[]> {
    const { db } = await this.#administration()
    const told = await tellWorkers(db, ids, order)
    if (told.length > 0) await ring(db, 'order')
    return told
  }

  /** All workers that have not said goodbye, the oldest first. */
  async list(): Promise<WorkerRecord[]> {
    return listWorkers((await this.#administration()).reads)
  }
}
