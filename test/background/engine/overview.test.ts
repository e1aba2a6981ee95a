import { expect, test } from 'vitest'
import { overview, taskOverviews } from '../../../background/engine/overview.ts'
import { ratesBetween } from '../../../background/overview.ts'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'

const engine = useEngine()

test('nothing at all', async () => {
  const none = {
    scheduled: 0,
    available: 0,
    running: 0,
    retryable: 0,
    completed: 0,
    cancelled: 0,
    discarded: 0,
  }
  expect(await overview(engine().db)).toMatchObject({
    states: none,
    more: { unfinished: false, completed: false },
    waited: undefined,
    workers: { alive: 0, lost: 0, slots: 0, taken: 0 },
  })
  expect(await taskOverviews(engine().db)).toEqual([])
})

test('jobs by state, workers, the age of the next job, and tasks', async () => {
  await engine().enqueue(
    { priority: -1 },
    { priority: -1 },
    { priority: -1 },
    { priority: -1 },
    { delay: 60_000 },
  )
  const worker = await engine().worker()
  await engine().expire(await engine().worker())
  const [a, b, c] = await engine().claim(worker, { limit: 4 })
  await engine().complete(worker, [a as never])
  await engine().fail(worker, [b as never], { error: '{"message":"later"}' })
  await engine().fail(worker, [c as never], { again: null, error: '{"message":"never"}' })
  await engine().enqueue({})
  const seen = await overview(engine().db)
  expect(seen).toMatchObject({
    states: {
      scheduled: 1,
      available: 1,
      running: 1,
      retryable: 1,
      completed: 1,
      cancelled: 0,
      discarded: 1,
    },
    workers: { alive: 1, lost: 1, slots: 10, taken: 1 },
  })
  expect(seen.waited).toBeGreaterThanOrEqual(0)
  expect(await taskOverviews(engine().db)).toEqual([
    { task: 'A', completed: 1, cancelled: 0, discarded: 1, p50: 1, p95: 1, p99: 1 },
  ])
})

test('what happened between two looks', async () => {
  const before = await overview(engine().db)
  await engine().enqueue({}, {}, {})
  // the server counts what a session did when that has been idle for a moment
  const after = await eventually(async () => {
    const now = await overview(engine().db)
    return now.totals.scheduled >= before.totals.scheduled + 3 ? now : undefined
  })
  expect(ratesBetween(before, after).scheduled).toBeGreaterThan(0)
  expect(ratesBetween(after, after)).toEqual({ scheduled: 0, finished: 0 })
})
