import type { WorkerInfo } from '../../background/operator.ts'
import type { Asked } from './asked.ts'
import { type ListedJob, listedJob } from './listed-job.ts'

/** A worker and what it has. */
export interface WorkerRow extends WorkerInfo {
  /** Jobs that it runs or is about to run, among the newest 200 of all workers. */
  readonly jobs: readonly ListedJob[]
}

export interface WorkersReading {
  readonly workers: readonly WorkerRow[]
}

const MOST_RUNNING = 200

export async function readWorkers({ client, secrets }: Asked): Promise<WorkersReading> {
  const [workers, { jobs }] = await Promise.all([
    client.workers.list(),
    client.records.list({ state: 'running', limit: MOST_RUNNING }),
  ])
  const rows = jobs.map(job => listedJob(job, secrets))
  return {
    workers: workers.map(worker => ({ ...worker, jobs: rows.filter(job => job.worker === worker.id) })),
  }
}
