import { InvalidOption, type WorkerOrder } from '../../background/operator.ts'
import { KretesError } from '../../framework/errors.ts'
import type { Asked } from '../readings/asked.ts'
import { workerTold } from './answers/workers.ts'
import { nothing } from './bodies.ts'
import { action } from './endpoint.ts'

/** Everything that can be done with a worker. */
export const WORKER_ACTIONS = [
  action(
    {
      path: '/api/workers/:id/quiet',
      answers: workerTold,
      summary: 'It takes no more jobs',
      verb: 'worker.quiet',
      body: nothing,
    },
    asked => tell(asked, 'quiet'),
  ),
  action(
    {
      path: '/api/workers/:id/resume',
      answers: workerTold,
      summary: 'It takes jobs again',
      verb: 'worker.resume',
      body: nothing,
    },
    asked => tell(asked, 'work'),
  ),
  action(
    {
      path: '/api/workers/:id/stop',
      answers: workerTold,
      summary: 'It ends, as by SIGTERM',
      verb: 'worker.stop',
      body: nothing,
    },
    asked => tell(asked, 'stop'),
  ),
] as const

const LARGEST_ID = 2n ** 63n - 1n

async function tell({ client, params: { id = '' } }: Asked, order: WorkerOrder): Promise<object> {
  if (!/^\d{1,19}$/.test(id) || BigInt(id) > LARGEST_ID)
    throw new InvalidOption(`the id of a worker is ${id}`, 'it is a number')
  const told = await client.workers.tell([id], order)
  if (told.length > 0) return { id, told: order }
  throw new KretesError(`worker ${id} will not hear of it: it is gone, or it has been told to stop`, {
    code: 'NOT_FOUND',
    hint: 'look which workers there are',
  })
}
