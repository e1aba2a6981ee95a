import { expect, test } from 'vitest'
import { attemptNumbers } from './attempt-numbers.ts'
import { executed, finished, scheduled, verdictOf } from './story.ts'

const attempts = (count: number) =>
  Array.from({ length: count }, (_, n) =>
    executed({
      by: 'worker-1.1',
      uid: 'a',
      from: 10 * n,
      to: 10 * n + 5,
      how: 'threw',
      attempt: n + 1,
      verdict: 'failed',
    }),
  ).flat()

test('as many attempts as allowed', () => {
  expect(
    verdictOf(attemptNumbers, [...scheduled(-5, 'a'), ...attempts(3)], {
      finished: [finished('a', { attempt: 3 })],
    }),
  ).toEqual([])
})

test('one more is too many', () => {
  expect(
    verdictOf(attemptNumbers, [...scheduled(-5, 'a'), ...attempts(4)], {
      finished: [finished('a', { attempt: 4 })],
    }),
  ).toEqual([
    'worker-1.1 began attempt 4 of job a, which may have 3',
    'job a has used 4 attempts and failed 4 times; it may 3 times',
  ])
})

test('a job that kills its worker is stopped after the fourth time', () => {
  const deaths = (count: number) =>
    Array.from({ length: count }, (_, n) => [n, `worker-1.${n}`, { event: 'suicide', uid: 'a' }] as const)
  expect(verdictOf(attemptNumbers, deaths(4))).toEqual([])
  expect(verdictOf(attemptNumbers, deaths(5))).toEqual(['job a has killed 5 workers'])
})
