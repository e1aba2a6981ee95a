import { expect, test } from 'vitest'
import { CONCURRENCY } from '../crew/order.ts'
import { dueTimes } from './due-times.ts'
import { executed, finished, verdictOf } from './story.ts'
import { transactions } from './transactions.ts'
import { workerLimits } from './worker-limits.ts'

test('a job for later waits until then', () => {
  const asked = [1_000, 'producer-1.1', { event: 'asked', uid: 'a', delay: 500, maxAttempts: 3 }] as const
  const began = (from: number) => executed({ by: 'worker-1.1', uid: 'a', from, to: from + 1 })
  expect(verdictOf(dueTimes, [asked, ...began(1_501)])).toEqual([])
  expect(verdictOf(dueTimes, [asked, ...began(1_400)])).toEqual(['job a began 100 ms before it was due'])
})

test('what an app writes beside its job exists if the job does', () => {
  const asked = [1, 'producer-1.1', { event: 'asked', uid: 'a', maxAttempts: 3, writes: true }] as const
  expect(verdictOf(transactions, [asked])).toEqual([])
  expect(verdictOf(transactions, [asked], { finished: [finished('a')], written: ['a'] })).toEqual([])
  expect(verdictOf(transactions, [asked], { written: ['a'] })).toEqual(['a was written without its job'])
  expect(verdictOf(transactions, [asked], { finished: [finished('a')] })).toEqual([
    'job a exists without what was written',
  ])
})

test('a worker runs no more jobs at once than it may', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, n) =>
      executed({ by: 'worker-1.1', uid: `${n}`, from: n, to: 100 + n }),
    ).flat()
  expect(verdictOf(workerLimits, many(CONCURRENCY))).toEqual([])
  expect(verdictOf(workerLimits, many(CONCURRENCY + 1))).toEqual([
    `worker-1.1 ran ${CONCURRENCY + 1} jobs at once`,
  ])
})
