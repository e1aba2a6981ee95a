import { expect, test } from 'vitest'
import { leases } from './leases.ts'
import { disturbed, lost, verdictOf } from './story.ts'

const loss = lost(20_000, 'worker-1.1')

test('a lease is lost when its worker was halted or cut off, or the database was away', () => {
  expect(verdictOf(leases, [...disturbed('halt', 'worker-1', [8_000, 19_900]), loss])).toEqual([])
  expect(verdictOf(leases, [...disturbed('freeze', 'worker-1', [11_000, 21_000]), loss])).toEqual([])
  expect(verdictOf(leases, [...disturbed('outage', undefined, [9_000, 16_000]), loss])).toEqual([])
})

test('nothing else is a reason: not the trouble of others, not a busy event loop, not a short pause', () => {
  const complaint = ['worker-1.1 lost its lease for no reason']
  expect(verdictOf(leases, [loss])).toEqual(complaint)
  expect(verdictOf(leases, [...disturbed('halt', 'worker-2', [8_000, 19_900]), loss])).toEqual(complaint)
  expect(verdictOf(leases, [...disturbed('block', 'worker-1', [8_000, 19_900]), loss])).toEqual(complaint)
  expect(verdictOf(leases, [...disturbed('halt-briefly', 'worker-1', [16_000, 19_900]), loss])).toEqual(
    complaint,
  )
})
