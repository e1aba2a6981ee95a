import { expect, test } from 'vitest'
import { find } from '../../../background/engine/find.ts'
import { closingOf, useEngine } from '../../support/engine.ts'

const engine = useEngine()

test('a job is found in each state of its life', async () => {
  const runAt = new Date('2100-01-01T00:00:00.123Z')
  const payload = '[9007199254740993]'
  const [id] = (await engine().enqueue({ runAt, payload, maxAttempts: 3 })) as [string]
  const seen = () => find(engine().db, id)
  expect(await seen()).toMatchObject({
    ...{ id, task: 'A', queue: undefined, state: 'scheduled', attempt: 0, maxAttempts: 3, runAt, payload },
    ...{ finishedAt: undefined, ms: undefined, result: undefined, error: undefined },
  })
  await engine().letDue()
  expect(await seen()).toMatchObject({ state: 'available' })
  const worker = await engine().worker()
  const first = await engine().claim(worker)
  expect(await seen()).toMatchObject({ state: 'running', attempt: 0 })
  await engine().fail(worker, first, { error: '{"name":"E","message":"no"}' }, closingOf(...first))
  expect(await seen()).toMatchObject({ state: 'retryable', attempt: 1, error: { name: 'E', message: 'no' } })
  await engine().letDue()
  const second = await engine().claim(worker)
  await engine().complete(worker, second, { result: '{"n":1}', ms: 5 }, closingOf(...second))
  const done = await seen()
  expect(done).toMatchObject({
    ...{ id, task: 'A', state: 'completed', attempt: 2, maxAttempts: 3, payload },
    ...{ ms: 5, result: '{"n":1}', error: undefined },
  })
  expect(Math.abs(Date.now() - Number(done?.finishedAt))).toBeLessThan(60_000)
})

test('a job of a queue, due and running', async () => {
  const [id] = (await engine().enqueue({ queue: 'q' })) as [string]
  expect(await find(engine().db, id)).toMatchObject({ queue: 'q', state: 'available' })
  await engine().claimQueues(await engine().worker())
  expect(await find(engine().db, id)).toMatchObject({ queue: 'q', state: 'running' })
})

test('a discarded and a cancelled one', async () => {
  const [one, two] = (await engine().enqueue({}, {})) as [string, string]
  const worker = await engine().worker()
  const [a, b] = await engine().claim(worker)
  await engine().fail(worker, [a as never], { again: null, error: '{"message":"x"}' })
  await engine().fail(worker, [b as never], { again: null, state: 'cancelled' })
  expect(await find(engine().db, one)).toMatchObject({ state: 'discarded', error: { message: 'x' } })
  expect(await find(engine().db, two)).toMatchObject({ state: 'cancelled', error: undefined })
})

test('one that never was, and one that was not kept', async () => {
  expect(await find(engine().db, '1')).toBeUndefined()
  const [id] = (await engine().enqueue({})) as [string]
  const worker = await engine().worker()
  const jobs = await engine().claim(worker)
  await engine().complete(worker, jobs, { keep: 0 }, closingOf(...jobs))
  expect(await find(engine().db, id)).toBeUndefined()
})
