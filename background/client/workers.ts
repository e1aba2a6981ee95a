import { listWorkers, type WorkerRecord } from '../engine/worker-list.ts'
import type { Administration } from './administration.ts'

export type { WorkerRecord as WorkerInfo } from '../engine/worker-list.ts'

/** The workers, of all processes. */
export class Workers {
  readonly #administration: () => Promise<Administration>

  constructor(administration: () => Promise<Administration>) {
    this.#administration = administration
  }

  /** All workers that have not said goodbye, the oldest first. */
  async list(): Promise<WorkerRecord[]> {
    return listWorkers((await this.#administration()).reads)
  }
}
