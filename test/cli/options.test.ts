import { expect, test } from 'vitest'
import { duration, time, wholeNumber } from '../../cli/options.ts'

test('a time without a zone is local, also a day without a time', () => {
  expect(time('2026-11-22')).toEqual(new Date(2026, 10, 22))
  expect(time('2026-11-22T08:30')).toEqual(new Date(2026, 10, 22, 8, 30))
  expect(time('2026-11-22 08:30:15')).toEqual(new Date(2026, 10, 22, 8, 30, 15))
  expect(time('2026-11-22T08:30Z')).toEqual(new Date('2026-11-22T08:30:00Z'))
  expect(time('2026-11-22T08:30+02:00')).toEqual(new Date('2026-11-22T06:30:00Z'))
})

test.each(['tomorrow', '5', '22.11.2026', '2026-13-01', '2026-02-31', '2026-11-22T25:00', ''])(
  '%j is no time',
  text => {
    expect(() => time(text)).toThrow('2026-11-22T08:30Z')
  },
)

test('a whole number is written as one, and in its range', () => {
  const number = wholeNumber(-5, 5)
  expect(['-5', '+5', '0'].map(number)).toEqual([-5, 5, 0])
  for (const text of ['6', '-6', '1.5', '1e0', '', ' 1', '0x1', 'x'])
    expect(() => number(text)).toThrow('Write a whole number from -5 to 5.')
})

test('a duration has a unit', () => {
  expect(duration('1h 30m')).toBe(5_400_000)
  expect(() => duration('30')).toThrow('Write it with a unit')
})
