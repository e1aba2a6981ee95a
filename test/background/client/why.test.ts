import { expect, test } from 'vitest'
import { pauseQueue } from '../../../background/engine/queue-pause.ts'
import type { Reason } from '../../../background/why.ts'
import { useClients } from '../../support/client.ts'
import { useEngine } from '../../support/engine.ts'

const engine = useEngine()
const clients = useClients(engine)

const [QUEUE, HOUR] = ['email', 3_600_000]
const enqueue = async (...jobs: Parameters<ReturnType<typeof engine>['enqueue']>) =>
  (await engine().enqueue(...jobs)) as [string, ...string[]]

/** A job that a worker has. */
async function taken(): Promise<{ readonly id: string; readonly worker: string }> {
  const [id] = await enqueue({})
  const worker = await engine().worker()
  await engine().claim(worker)
  return { id, worker }
}

/** Each brings a job into the situation, and answers with its id. */
const SITUATIONS: Record<string, [codes: Reason['code'][], situation: () => Promise<string>]> = {
  'no worker is there': [['no-worker'], async () => (await enqueue({}))[0]],
  'no worker has its task': [
    ['unknown-task'],
    async () => {
      await engine().worker()
      return (await enqueue({ task: 'B' }))[0]
    },
  ],
  'all workers are quiet': [
    ['workers-quiet'],
    async () => {
      await engine().worker()
      await engine().query(`update background.worker set told = 'quiet'`)
      return (await enqueue({}))[0]
    },
  ],
  'nothing is in its way': [
    ['about-to-run'],
    async () => {
      await engine().worker()
      return (await enqueue({}))[0]
    },
  ],
  'it is due later, and then nobody is there': [
    ['due-later', 'no-worker'],
    async () => (await enqueue({ delay: HOUR }))[0],
  ],
  'its queue is paused': [
    ['queue-paused'],
    async () => {
      await engine().worker()
      await pauseQueue(engine().db, QUEUE, { by: 'ann' })
      return (await enqueue({ queue: QUEUE }))[0]
    },
  ],
  'its queue is at work, and others come first': [
    ['queue-busy', 'behind-others'],
    async () => {
      const ids = await enqueue({ queue: QUEUE }, { queue: QUEUE }, { queue: QUEUE })
      await engine().claimQueues(await engine().worker(), { perSlot: 1 })
      return ids[2] as string
    },
  ],
  'all slots are taken': [
    ['workers-busy'],
    async () => {
      await taken()
      await engine().query('update background.worker set concurrency = 1')
      return (await enqueue({}))[0]
    },
  ],
  'it runs': [['running'], async () => (await taken()).id],
  'it has been told to stop': [
    ['cancelling'],
    async () => {
      const { id } = await taken()
      await clients.open().jobs.cancel(id)
      return id
    },
  ],
  'its worker is gone': [
    ['worker-lost'],
    async () => {
      const { id, worker } = await taken()
      await engine().expire(worker)
      return id
    },
  ],
  'it has killed workers': [
    ['on-trial'],
    async () => {
      await engine().worker()
      const [id] = await enqueue({})
      await engine().query('update background.job set crashes = 3')
      return id
    },
  ],
  'it has ended': [
    ['finished'],
    async () => {
      const [id] = await enqueue({})
      await clients.open().jobs.cancel(id)
      return id
    },
  ],
}

test.each(Object.entries(SITUATIONS))('%s', async (_, [codes, situation]) => {
  const id = await situation()
  const reasons = await clients.open().jobs.why(id)
  expect(reasons.map(({ code }) => code)).toEqual(codes)
  expect(reasons.every(({ text, next }) => text !== '' && next !== '')).toBe(true)
})
