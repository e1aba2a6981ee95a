import { expect, test } from 'vitest'
import { Pace } from '../../../background/worker/pace.ts'

/** The delays of `count` looks, without what chance adds or takes away. */
function delays(pace: Pace, count: number, settled = false): number[] {
  return Array.from({ length: count }, () => pace.next(settled))
}

const near = (expected: number) =>
  expect.toSatisfy((ms: number) => ms >= expected * 0.85 && ms <= expected * 1.15)

test('who hears notifications looks closely for a tenth of a second, and then rests', () => {
  const pace = new Pace()
  pace.listening = true
  const lingering: number[] = []
  while (!pace.isRestful) lingering.push(pace.next())
  expect(lingering).toEqual([5, 10, 15, 20, 25, 25].map(near))
  expect(delays(pace, 3, true)).toEqual([5_000, 5_000, 5_000].map(near))
})

test('as long as transactions from before may be open, looks become rarer step by step', () => {
  const pace = new Pace()
  pace.listening = true
  while (!pace.isRestful) pace.next()
  expect(delays(pace, 7)).toEqual([50, 100, 250, 500, 1_000, 2_500, 2_500].map(near))
})

test('who hears nothing polls, and never rests', () => {
  const pace = new Pace()
  expect(delays(pace, 9)).toEqual([25, 50, 100, 250, 500, 1_000, 2_000, 2_000, 2_000].map(near))
  expect(pace.isRestful).toBe(false)
})

test('work begins it all anew', () => {
  const pace = new Pace()
  pace.listening = true
  delays(pace, 10)
  pace.reset()
  expect(pace.isRestful).toBe(false)
  expect(pace.next()).toEqual(near(5))
})
