import type { QueueInfo } from '../../background/operator.ts'
import type { Asked } from './asked.ts'
import { type ListedJob, listedJob } from './listed-job.ts'
import { wholeNumber } from './numbers.ts'

/** Queues by name. */
export interface QueuesReading {
  readonly queues: readonly QueueInfo[]
  readonly cursor: string | undefined
}

/** One queue. */
export interface QueueReading {
  readonly queue: QueueInfo
  readonly running: readonly ListedJob[]
  /** The newest jobs of it. */
  readonly jobs: readonly ListedJob[]
}

const SHOWN = 20

export async function readQueues({ client, query }: Asked): Promise<QueuesReading> {
  const limit = wholeNumber(query, 'limit', { most: 100, otherwise: 100 })
  return client.queues.list({ limit, cursor: query.get('cursor') ?? undefined })
}

/** The queue `:name`; one that nobody has named so far is an empty one. */
export async function readQueue({ client, params: { name = '' }, secrets }: Asked): Promise<QueueReading> {
  const [queue, running, newest] = await Promise.all([
    client.queues.get(name),
    client.records.list({ queue: name, state: 'running', limit: SHOWN }),
    client.records.list({ queue: name, limit: SHOWN }),
  ])
  const rows = ({ jobs }: typeof newest) => jobs.map(job => listedJob(job, secrets))
  return { queue, running: rows(running), jobs: rows(newest) }
}
