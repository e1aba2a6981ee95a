import { expect, test } from 'vitest'
import { finishedOnce } from './finished-once.ts'
import { disturbed, executed, finished, scheduled, verdictOf } from './story.ts'

const one = executed({ by: 'worker-1.1', uid: 'a', from: 10, to: 20, verdict: 'completed' })

test('a job may run twice as long as it is finished once', () => {
  const zombie = executed({ by: 'worker-2.1', uid: 'a', from: 5, to: 30, verdict: 'stale' })
  expect(
    verdictOf(finishedOnce, [...scheduled(1, 'a'), ...zombie, ...one], { finished: [finished('a')] }),
  ).toEqual([])
})

test('two workers must not both be told that they finished it', () => {
  const other = executed({ by: 'worker-2.1', uid: 'a', from: 11, to: 15, verdict: 'completed' })
  expect(verdictOf(finishedOnce, [...one, ...other], { finished: [finished('a')] })).toEqual([
    'job a finished 2 times: completed by worker-2.1, completed by worker-1.1',
  ])
})

test('history has it once, and as it was told', () => {
  expect(verdictOf(finishedOnce, one, { finished: [finished('a'), finished('a')] })).toEqual([
    'job a is in history 2 times',
  ])
  expect(verdictOf(finishedOnce, one, { finished: [finished('a', { state: 'discarded' })] })).toEqual([
    'worker-1.1 was told that job a is completed, stored is discarded',
  ])
  expect(verdictOf(finishedOnce, one)).toEqual([
    'worker-1.1 was told that job a is completed, stored is nothing',
  ])
})

test('a finished job is not started again', () => {
  const again = executed({ by: 'worker-2.1', uid: 'a', from: 40, to: 50 })
  expect(verdictOf(finishedOnce, [...one, ...again], { finished: [finished('a')] })).toEqual([
    'worker-2.1 began job a after it was finished',
  ])
})

test('unless its process was halted when it was about to begin it', () => {
  const zombie = (from: number) => executed({ by: 'worker-2.1', uid: 'a', from, to: 9_050, verdict: 'stale' })
  const halted = disturbed('halt', 'worker-2', [5, 9_000])
  const audit = { finished: [finished('a')] }
  expect(verdictOf(finishedOnce, [...one, ...halted, ...zombie(9_005)], audit)).toEqual([])
  expect(verdictOf(finishedOnce, [...one, ...halted, ...zombie(9_040)], audit).length).toBe(1)
  expect(
    verdictOf(finishedOnce, [...one, ...disturbed('halt', 'worker-3', [5, 9_000]), ...zombie(9_005)], audit)
      .length,
  ).toBe(1)
})
