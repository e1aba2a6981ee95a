import { findQueue, listQueues, type QueueRecord } from '../engine/queue-list.ts'
import { pauseQueue, resumeQueue } from '../engine/queue-pause.ts'
import { setConcurrency } from '../engine/queues.ts'
import { ring } from '../engine/ring.ts'
import { integerOption, textOption } from '../option-checks.ts'
import { type Queue, queueName } from '../queue.ts'
import type { Administration } from './administration.ts'

export type { QueuePause, QueueRecord as QueueInfo } from '../engine/queue-list.ts'

/** A page of a list of queues. */
export interface QueuePage {
  /** By name. */
  readonly queues: readonly QueueRecord[]
  /** Where the next page begins; undefined when this was the last one. */
  readonly cursor: string | undefined
}

const MOST_ON_A_PAGE = 1_000

/** The queues, to look at and to operate while workers run, which follow at once. */
export class Queues {
  readonly #administration: () => Promise<Administration>

  constructor(administration: () => Promise<Administration>) {
    this.#administration = administration
  }

  /** Queues that have due jobs, running ones or settings of their own, by name. `limit` is 100 by default, 1,000 at most. */
  async list(
    options: { readonly limit?: number | undefined; readonly cursor?: string | undefined } = {},
  ): Promise<QueuePage> {
    const { limit = 100, cursor = '' } = options
    const most = integerOption('limit', limit, 1, MOST_ON_A_PAGE)
    const { reads } = await this.#administration()
    const queues = await listQueues(reads, cursor, most)
    return { queues, cursor: queues.length === most ? queues.at(-1)?.name : undefined }
  }

  /** How a queue stands. One that nobody has named so far is an empty one. */
  async get(queue: Queue | string): Promise<QueueRecord> {
    const name = queueName(queue)
    return findQueue((await this.#administration()).reads, name)
  }

  /**
   * Lets no more jobs of the queue start until it is resumed, also across deploys. What a worker has taken already,
   * some fifty milliseconds of work, still runs. Jobs can be scheduled all the same.
   *
   * @example await Background.queues.pause('email', { reason: 'the provider is down', by: 'ann' })
   */
  async pause(
    queue: Queue | string,
    options: { readonly reason?: string | undefined; readonly by?: string | undefined } = {},
  ): Promise<QueueRecord> {
    const name = queueName(queue)
    const { reason, by } = options
    if (reason !== undefined) textOption('reason', reason, 1_000)
    if (by !== undefined) textOption('by', by, 200)
    const { db } = await this.#administration()
    await pauseQueue(db, name, { reason, by })
    return findQueue(db, name)
  }

  /** Lets a paused queue go on. One that is not paused stays as it is. */
  async resume(queue: Queue | string): Promise<QueueRecord> {
    const name = queueName(queue)
    const { db } = await this.#administration()
    await resumeQueue(db, name)
    await ring(db, 'queued')
    return findQueue(db, name)
  }

  /**
   * Sets how many jobs of a queue may run at once, 1 to 32,767. When the configuration names the queue, a worker that
   * starts sets it anew.
   */
  async setConcurrency(queue: Queue | string, concurrency: number): Promise<QueueRecord> {
    const name = queueName(queue)
    const most = integerOption('concurrency', concurrency, 1, 32_767)
    const { db } = await this.#administration()
    await setConcurrency(db, { [name]: most })
    await ring(db, 'queued')
    return findQueue(db, name)
  }
}
