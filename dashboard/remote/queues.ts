import type { Operator, QueueInfo } from '../../background/operator.ts'
import type { AnswerOf, Remote } from './remote.ts'
import { withTimes } from './times.ts'

/** As many as the API answers with at once. */
const MOST_ON_A_PAGE = 100

type Queue = Parameters<Operator['queues']['get']>[0]

/** A queue by its name or as a value. */
export function nameOf(queue: Queue): string {
  return typeof queue === 'string' ? queue : queue.name
}

/** The queues behind a dashboard. Who pauses one is known there. */
export function remoteQueues(remote: Remote): Operator['queues'] {
  const one = (queue: Queue) => ({ params: { name: nameOf(queue) } })
  return {
    async list({ limit = MOST_ON_A_PAGE, cursor } = {}) {
      const query = { limit: Math.min(limit, MOST_ON_A_PAGE), cursor }
      const answer = await remote.get('/api/queues', { query })
      return { queues: answer.queues.map(queueOf), cursor: answer.cursor }
    },
    get: async queue => queueOf((await remote.get('/api/queues/:name', one(queue))).queue),
    async pause(queue, { reason } = {}) {
      return queueOf(
        await remote.send('post', '/api/queues/:name/pause', { ...one(queue), body: { reason } }),
      )
    },
    async resume(queue) {
      return queueOf(await remote.send('post', '/api/queues/:name/resume', { ...one(queue), body: {} }))
    },
    async setConcurrency(queue, concurrency) {
      return queueOf(
        await remote.send('patch', '/api/queues/:name', { ...one(queue), body: { concurrency } }),
      )
    },
  }
}

function queueOf({ waited, paused, ...queue }: AnswerOf<'post', '/api/queues/:name/pause'>): QueueInfo {
  return {
    ...queue,
    waited,
    paused: paused && withTimes({ by: undefined, reason: undefined, ...paused }, 'at'),
  }
}
