import { expect, test } from 'vitest'
import { recovery } from './recovery.ts'
import { disturbed, verdictOf } from './story.ts'

const seen = (ms: number) => [30_000, 'runner', { event: 'expired', life: '7', ms, jobs: 12 }] as const

test('jobs of a dead worker are taken back within 15 seconds of its last beat', () => {
  expect(verdictOf(recovery, [seen(6_900)])).toEqual([])
  expect(verdictOf(recovery, [seen(7_100)])).toEqual([
    '12 jobs of the worker 7 were not taken back 7100 ms after its lease was over',
  ])
})

test('time in which the database is away does not count, and a pinned horizon is no excuse', () => {
  expect(verdictOf(recovery, [...disturbed('outage', undefined, [8_000, 16_000]), seen(12_000)])).toEqual([])
  expect(verdictOf(recovery, [...disturbed('pin', undefined, [8_000, 31_000]), seen(12_000)]).length).toBe(1)
})
