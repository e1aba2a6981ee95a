import * as z from 'zod'
import { bulkBegun } from './answers/activity.ts'
import { queue } from './answers/queues.ts'
import { nothing, number, reason } from './bodies.ts'
import { beginBulk } from './bulk.ts'
import { action } from './endpoint.ts'

/** Everything that can be done with a queue. */
export const QUEUE_ACTIONS = [
  action(
    {
      path: '/api/queues/:name/pause',
      answers: queue,
      summary: 'Starts no more of its jobs',
      verb: 'queue.pause',
      body: reason,
    },
    async ({ client, viewer, params: { name = '' } }, { reason }) =>
      client.queues.pause(name, { reason, by: viewer.actor }),
  ),
  action(
    {
      path: '/api/queues/:name/resume',
      answers: queue,
      summary: 'Lets it go on',
      verb: 'queue.resume',
      body: nothing,
    },
    async ({ client, params: { name = '' } }) => client.queues.resume(name),
  ),
  action(
    {
      method: 'patch',
      path: '/api/queues/:name',
      answers: queue,
      summary: 'Sets how many of its jobs may run at once',
      verb: 'queue.limit',
      body: z.object({ concurrency: number }),
    },
    async ({ client, params: { name = '' } }, { concurrency }) =>
      client.queues.setConcurrency(name, concurrency),
  ),
  action(
    {
      path: '/api/queues/:name/cancel-waiting',
      answers: bulkBegun,
      summary: 'Cancels all jobs that wait in it, piece by piece',
      verb: 'queue.cancel',
      body: nothing,
      status: 202,
    },
    async (asked, _) => {
      const { name = '' } = asked.params
      return beginBulk(asked, {
        action: 'cancel',
        which: { filter: { queue: name, state: WAITING } },
        target: `queue:${name}`,
        again: { state: WAITING.join(), q: `queue:${JSON.stringify(name)}` },
      })
    },
  ),
] as const

const WAITING = ['scheduled', 'available', 'retryable'] as const
