import { expect, test } from 'vitest'
import { findQueue, listQueues } from '../../../background/engine/queue-list.ts'
import { pauseQueue, resumeQueue } from '../../../background/engine/queue-pause.ts'
import { setConcurrency } from '../../../background/engine/queues.ts'
import { useEngine } from '../../support/engine.ts'

const engine = useEngine()
const list = (after = '', limit = 100) => listQueues(engine().db, after, limit)

test('queues with due jobs, taken slots or settings, by name and each once', async () => {
  await setConcurrency(engine().db, { c: 3, b: 2 })
  await engine().enqueue({ queue: 'a' }, { queue: 'b' }, { queue: 'b' }, { queue: 'later', delay: 60_000 })
  await engine().claimQueues(await engine().worker(), { perSlot: 1, cursor: 'a' })
  await pauseQueue(engine().db, 'd', { by: 'ann', reason: 'provider down' })
  const paused = { at: expect.any(Date), by: 'ann', reason: 'provider down' }
  expect(await list()).toEqual([
    { name: 'a', concurrency: 1, available: 1, running: 0, waited: expect.any(Number), paused: undefined },
    { name: 'b', concurrency: 2, available: 0, running: 2, waited: undefined, paused: undefined },
    { name: 'c', concurrency: 3, available: 0, running: 0, waited: undefined, paused: undefined },
    { name: 'd', concurrency: 1, available: 0, running: 0, waited: undefined, paused },
  ])
})

test('page by page, in the order of bytes', async () => {
  await engine().enqueue(...['b', 'B', 'ä', 'a', 'c'].map(queue => ({ queue })))
  const names = async (after: string) => (await list(after, 2)).map(queue => queue.name)
  expect(await names('')).toEqual(['B', 'a'])
  expect(await names('a')).toEqual(['b', 'c'])
  expect(await names('c')).toEqual(['ä'])
  expect(await names('ä')).toEqual([])
})

test('a queue by its name, whether anybody has heard of it or not', async () => {
  await engine().enqueue({ queue: 'a' })
  expect(await findQueue(engine().db, 'a')).toMatchObject({ name: 'a', available: 1 })
  expect(await findQueue(engine().db, 'x')).toEqual({
    ...{ name: 'x', concurrency: 1, available: 0, running: 0, waited: undefined, paused: undefined },
  })
})

test('for how long its next job has been due: the one of the lowest priority number', async () => {
  await engine().enqueue({ queue: 'a', priority: 1 }, { queue: 'a', priority: 0 })
  const age = `update background.member set run_at = run_at - $1 * interval '1 minute' where priority = $2`
  for (const values of [
    [60, 1],
    [3, 0],
  ])
    await engine().query(age, values)
  await engine().query(
    'update background.job j set run_at = m.run_at from background.member m where m.id = j.id',
  )
  const { waited = 0 } = await findQueue(engine().db, 'a')
  expect(Math.round(waited / 60_000)).toBe(3)
})

test('no claim takes jobs of a paused queue, until it is resumed', async () => {
  await engine().enqueue({ queue: 'q' })
  await pauseQueue(engine().db, 'q', {})
  const worker = await engine().worker()
  expect((await engine().claimQueues(worker)).runs).toEqual([])
  await resumeQueue(engine().db, 'q')
  expect(await findQueue(engine().db, 'q')).toMatchObject({ paused: undefined })
  expect((await engine().claimQueues(worker)).runs.length).toBe(1)
})

test('paused twice it is paused since the first time, for the last reason', async () => {
  await pauseQueue(engine().db, 'q', { by: 'ann', reason: 'one' })
  const first = await findQueue(engine().db, 'q')
  await pauseQueue(engine().db, 'q', { reason: 'two' })
  const second = await findQueue(engine().db, 'q')
  expect(second.paused).toEqual({ at: first.paused?.at, by: undefined, reason: 'two' })
})

test('pausing keeps the concurrency, and resuming what nobody paused does nothing', async () => {
  await setConcurrency(engine().db, { q: 5 })
  await pauseQueue(engine().db, 'q', {})
  await resumeQueue(engine().db, 'q')
  expect(await findQueue(engine().db, 'q')).toMatchObject({ concurrency: 5, paused: undefined })
  await resumeQueue(engine().db, 'x')
  expect(await engine().column('select name from background.queue')).toEqual(['q'])
})
