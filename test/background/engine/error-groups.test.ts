import { expect, test } from 'vitest'
import { errorGroups } from '../../../background/engine/error-groups.ts'
import type { Failure } from '../../../background/engine/fail.ts'
import { useEngine } from '../../support/engine.ts'

const engine = useEngine()

const PACKAGE = '    at pay (/app/node_modules/bank/index.js:10:7)\n    at node:internal/timers:581:17'

/** Lets a job fail with that error, for good unless `more` says otherwise. */
async function fail(error: object, more: Partial<Failure> = {}, task = 'A'): Promise<string> {
  const [id] = (await engine().enqueue({ task })) as [string]
  const worker = await engine().worker()
  await engine().fail(worker, await engine().claim(worker), {
    ...{ again: null, error: JSON.stringify(error) },
    ...more,
  })
  return id
}

const groups = async (limit = 100) => errorGroups(engine().db, limit)
const declined = (order: string, line = 7) => ({
  name: 'RangeError',
  message: `order ${order} of "customer ${order}" was declined`,
  stack: `RangeError: order was declined\n${PACKAGE}\n    at charge (/app/tasks/Charge.ts:${line}:9)`,
})

test('errors that differ only in numbers, ids and quoted names are one, the most frequent first', async () => {
  const other = await fail({ name: 'TypeError', message: 'no such card' })
  const ids = [
    await fail(declined('12')),
    await fail(declined('9f8b3c1d-77aa-4c11-9d2e-5f60718293a4')),
    await fail(declined('3.5'), { again: 60_000 }, 'B'),
  ]
  const found = await groups()
  expect(found).toMatchObject([
    {
      name: 'RangeError',
      message: 'order … of … was declined',
      frame: 'charge (/app/tasks/Charge.ts:7:9)',
      ...{ count: 3, retryable: 1, tasks: ['A', 'B'], jobs: [...ids].reverse() },
    },
    { name: 'TypeError', message: 'no such card', frame: undefined, count: 1, retryable: 0, jobs: [other] },
  ])
  for (const { firstSeen, lastSeen } of found) {
    expect(firstSeen.getTime()).toBeLessThanOrEqual(lastSeen.getTime())
    expect(Date.now() - firstSeen.getTime()).toBeLessThan(60_000)
  }
  expect(await groups(1)).toHaveLength(1)
})

test('what was thrown somewhere else, or by another name, is another one', async () => {
  await fail(declined('1'))
  await fail(declined('2', 30))
  await fail({ ...declined('3'), name: 'TypeError' })
  const found = await groups()
  expect(found.map(({ count }) => count)).toEqual([1, 1, 1])
  expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(3)
})

test('the same error has the same fingerprint whenever it comes again', async () => {
  await fail(declined('1'))
  const [first] = await groups()
  await fail(declined('2'))
  const [again] = await groups()
  expect(again).toMatchObject({ fingerprint: first?.fingerprint, count: 2 })
})
