import { expect, test } from 'vitest'
import { find } from '../../../background/engine/find.ts'
import { type NewPlan, rescheduleJobs } from '../../../background/engine/reschedule.ts'
import { useEngine } from '../../support/engine.ts'
import { whileLocked } from '../../support/locking-job.ts'
import { standingsOf } from '../../support/standings.ts'

const engine = useEngine()

async function reschedule(ids: readonly string[], plan: NewPlan) {
  return standingsOf(await rescheduleJobs(engine().db, ids, plan))
}

test('later, sooner, and now, from wherever it waits', async () => {
  const [free, queued, later] = (await engine().enqueue({}, { queue: 'q' }, { delay: 60_000 })) as string[]
  const ids = [free, queued, later] as string[]
  const runAt = new Date('2100-01-01T00:00:00Z')
  expect(await reschedule(ids, { runAt })).toEqual(Object.fromEntries(ids.map(id => [id, 'done'])))
  for (const id of ids) expect(await find(engine().db, id)).toMatchObject({ state: 'scheduled', runAt })
  await reschedule(ids, { delay: 0 })
  const worker = await engine().worker()
  expect((await engine().claim(worker)).map(job => job.id)).toEqual([free, later])
  expect((await engine().claimQueues(worker)).runs.map(run => run.jobs[0]?.id)).toEqual([queued])
})

test('priority and attempts alone leave the time as it is; zero is a value', async () => {
  const [a, b] = (await engine().enqueue({ priority: 7 }, { priority: 5, queue: 'q' })) as [string, string]
  const before = await find(engine().db, a)
  await reschedule([a, b], { priority: 0, maxAttempts: 3 })
  expect(await find(engine().db, a)).toMatchObject({ priority: 0, maxAttempts: 3, runAt: before?.runAt })
  expect(await find(engine().db, b)).toMatchObject({ priority: 0, maxAttempts: 3, state: 'available' })
})

test('attempts that were used count no longer, or others do; zero is a value', async () => {
  const worker = await engine().worker()
  const [id] = (await engine().enqueue({ maxAttempts: 3 })) as [string]
  const claimed = await engine().claim(worker)
  await engine().fail(worker, claimed, { again: 60_000, error: '{"message":"no"}' })
  expect(await find(engine().db, id)).toMatchObject({ attempt: 1, state: 'retryable' })
  await reschedule([id], { attempt: 2 })
  expect(await find(engine().db, id)).toMatchObject({ attempt: 2, maxAttempts: 3 })
  await reschedule([id], { attempt: 0 })
  expect(await find(engine().db, id)).toMatchObject({ attempt: 0, maxAttempts: 3, state: 'scheduled' })
})

test('its key and its attempts stay with it', async () => {
  const id = await engine().keyed({})
  await reschedule([id], { delay: 60_000 })
  expect(await find(engine().db, id)).toMatchObject({ key: 'k', state: 'scheduled' })
  expect(await engine().keyed({ payload: '[2]' })).toBe(id)
})

test('what runs, is busy or is gone stays as it is', async () => {
  const [a] = (await engine().enqueue({})) as [string]
  await engine().claim(await engine().worker())
  const [b] = (await engine().enqueue({ delay: 60_000 })) as [string]
  await whileLocked(engine(), b, async () => {
    const standings = await reschedule([a, b, '999'], { delay: 1 })
    expect(standings).toEqual({ [a]: 'running', [b]: 'busy', 999: 'missing' })
  })
})

test('it can have another queue, or none, and another payload', async () => {
  const [id] = (await engine().enqueue({ queue: 'one', payload: '{"n":1}' })) as [string]
  await reschedule([id], { queue: 'two', payload: '{"n":2}' })
  expect(await find(engine().db, id)).toMatchObject({ queue: 'two', payload: '{"n":2}' })
  await reschedule([id], { priority: 4 })
  expect(await find(engine().db, id)).toMatchObject({ queue: 'two', payload: '{"n":2}', priority: 4 })
  await reschedule([id], { queue: null })
  const worker = await engine().worker()
  expect((await engine().claim(worker)).map(job => job.id)).toEqual([id])
})
