import { expect, test } from 'vitest'
import { relativeTime, roughly } from '../../cli/relative-time.ts'

const now = new Date('2026-11-22T08:00:00Z')
const at = (seconds: number) => relativeTime(new Date(now.getTime() + seconds * 1_000), now)

test('how far a time is, in its largest unit', () => {
  expect([-0.5, -1, -59, -3_600, -90_000].map(at)).toEqual(['now', '1s ago', '59s ago', '1h ago', '1d ago'])
  expect([0.9, 61, 7_199].map(at)).toEqual(['now', 'in 1m', 'in 1h'])
  expect([0, 999, 1_000, 172_800_000].map(roughly)).toEqual(['0ms', '999ms', '1s', '2d'])
})
