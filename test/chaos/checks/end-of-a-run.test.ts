import { expect, test } from 'vitest'
import { cronTicks } from './cron-ticks.ts'
import { memory } from './memory.ts'
import { processes } from './processes.ts'
import { quiet } from './quiet.ts'
import { rateLimits } from './rate-limits.ts'
import { died, verdictOf } from './story.ts'

test('all jobs end, and nothing is left of them', () => {
  const silence = [9, 'runner', { event: 'quiet' }] as const
  expect(verdictOf(quiet, [silence])).toEqual([])
  expect(verdictOf(quiet, [], { left: [{ uid: 'a', state: 'running' }] })).toEqual([
    '1 jobs do not end: a is running',
  ])
  expect(verdictOf(quiet, [silence], { leftovers: ['worker 1 still has the claim 2'] })).toEqual([
    'worker 1 still has the claim 2',
  ])
})

test('each tick comes once', () => {
  expect(verdictOf(cronTicks, [], { ticks: [4_000, 2_000, 6_000] })).toEqual([])
  expect(verdictOf(cronTicks, [], { ticks: [2_000, 4_000, 4_000] })).toEqual([
    'the tick of 1970-01-01T00:00:04.000Z came twice',
  ])
  expect(verdictOf(cronTicks, [], { ticks: [2_000, 6_000] })).toEqual([
    'no tick in the 4000 ms before 1970-01-01T00:00:06.000Z',
  ])
})

test('of throttled calls comes one job in so much time', () => {
  const every = (ms: number) => Array.from({ length: 60 }, (_, n) => n * ms)
  expect(verdictOf(rateLimits, [], { limited: [...every(1_000), 3_001, 3_002] })).toEqual([])
  expect(verdictOf(rateLimits, [], { limited: every(500) })).toEqual([
    '40 throttled jobs in the 20 s from 1970-01-01T00:00:00.000Z on',
  ])
})

test('a process ends when it was told to, or when its own task kills it', () => {
  expect(verdictOf(processes, [died(5, 'worker-1.1')])).toEqual([])
  expect(
    verdictOf(processes, [[4, 'worker-1.1', { event: 'suicide', uid: 'a' }], died(5, 'worker-1.1', false)]),
  ).toEqual([])
  expect(verdictOf(processes, [died(5, 'worker-1.1', false)])).toEqual([
    'worker-1.1 ended by itself: SIGKILL',
  ])
})

test('nothing is thrown that nobody catches', () => {
  expect(verdictOf(processes, [[4, 'worker-1.1', { event: 'unhandled', error: 'rejection: no' }]])).toEqual([
    'unhandled in worker-1.1: rejection: no',
  ])
})

test('memory stays within bounds', () => {
  const grown = (mebibytes: number) =>
    [[4, 'worker-1.1', { event: 'memory', rss: mebibytes * 1_048_576 }]] as const
  expect(verdictOf(memory, grown(120))).toEqual([])
  expect(verdictOf(memory, grown(500))).toEqual(['worker-1.1 took 500 MiB'])
})
