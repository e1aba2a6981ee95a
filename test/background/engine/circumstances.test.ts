import { expect, test } from 'vitest'
import { circumstancesOf } from '../../../background/engine/circumstances.ts'
import { pauseQueue } from '../../../background/engine/queue-pause.ts'
import { useEngine } from '../../support/engine.ts'

const engine = useEngine()
const of = async (id: string) => circumstancesOf(engine().db, id)

test('workers, and what comes first in a lane', async () => {
  const [first, second, third] = (await engine().enqueue({}, {}, { priority: -1 })) as [
    string,
    string,
    string,
  ]
  expect(await of(second)).toMatchObject({
    waits: true,
    workers: { alive: 0, knowing: 0, working: 0, slots: 0, taken: 0 },
    ahead: { count: 2, capped: false, ids: [third, first] },
    queue: null,
    holder: null,
  })
  await engine().worker()
  await engine().expire(await engine().worker())
  expect((await of(first))?.workers).toEqual({
    alive: 1,
    knowing: 1,
    working: 1,
    slots: 10,
    taken: 0,
    running: [],
  })
  await engine().query(`update background.worker set told = 'quiet'`)
  expect((await of(first))?.workers).toEqual({
    alive: 1,
    knowing: 1,
    working: 0,
    slots: 0,
    taken: 0,
    running: [],
  })
  const [stranger] = (await engine().enqueue({ task: 'Unknown' })) as [string]
  expect((await of(stranger))?.workers).toMatchObject({ alive: 1, knowing: 0 })
})

test('what workers with its task are busy with', async () => {
  const worker = await engine().worker()
  const [busy, waits] = (await engine().enqueue({ task: 'Known' }, { task: 'Known', priority: 1 })) as [
    string,
    string,
  ]
  await engine().query(`update background.worker set tasks = tasks || '{Known}' where id = $1`, [worker])
  await engine().claim(worker, { limit: 1 })
  expect((await of(waits))?.workers).toMatchObject({
    taken: 1,
    running: [{ id: busy, task: 'Known', worker: expect.any(String), since: expect.any(Number) }],
  })
})

test('a queue: who runs in it, who comes first, who paused it', async () => {
  const queue = 'email'
  const [head, next, last] = (await engine().enqueue({ queue }, { queue }, { queue })) as [
    string,
    string,
    string,
  ]
  const worker = await engine().worker()
  await engine().claimQueues(worker, { perSlot: 1 })
  expect(await of(last)).toMatchObject({
    waits: true,
    ahead: { count: 1, ids: [next] },
    queue: { concurrency: 1, taken: 1, pausedAt: null, running: [{ id: head, task: 'A', worker: 'test' }] },
  })
  await pauseQueue(engine().db, queue, { by: 'ann', reason: 'down' })
  expect((await of(next))?.queue).toMatchObject({
    pausedAt: expect.any(Number),
    pausedBy: 'ann',
    pausedReason: 'down',
  })
})

test('who has it, and whether others could rescue it', async () => {
  const [id] = (await engine().enqueue({})) as [string]
  const worker = await engine().worker()
  await engine().claim(worker)
  await engine().worker()
  expect(await of(id)).toMatchObject({
    waits: false,
    holder: { id: worker, name: 'test', pid: 1, others: 1 },
  })
  await engine().expire(worker)
  const holder = (await of(id))?.holder
  expect(holder?.leaseUntil).toBeLessThan((await of(id))?.now ?? 0)
})

test('a finished job has no circumstances', async () => {
  expect(await of('999')).toBeUndefined()
})
