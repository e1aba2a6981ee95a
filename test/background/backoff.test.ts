import { expect, test } from 'vitest'
import { type Backoff, delayBefore, delayFrom } from '../../background/backoff.ts'

const middle = () => 0.5

test('by default the wait grows to six hours', () => {
  const waits = [1, 2, 3, 10, 11, 25].map(attempt => delayBefore(attempt, undefined, middle))
  expect(waits).toEqual([2_718, 7_389, 20_086, 22_026_466, 22_026_466, 22_026_466])
})

test('the default is spread by ten percent both ways', () => {
  expect(delayBefore(1, undefined, () => 0)).toBe(Math.round(2_718.28 * 0.9))
  expect(delayBefore(1, undefined, () => 1)).toBe(Math.round(2_718.28 * 1.1))
})

test.each<[Backoff, number[]]>([
  ['5s', [5_000, 5_000, 5_000]],
  [250, [250, 250, 250]],
  [
    ['1s', '10s'],
    [1_000, 10_000, 10_000],
  ],
  [attempt => `${attempt}m`, [60_000, 120_000, 180_000]],
  [() => '365d', [86_400_000, 86_400_000, 86_400_000]],
])('%j is taken as written', (backoff, waits) => {
  expect([1, 2, 3].map(attempt => delayBefore(attempt, backoff))).toEqual(waits)
})

test('a function is told the error', () => {
  const delay = delayFrom((_, error) => ((error as Error).message === '429' ? '1m' : '1s'))
  expect(delay(1, new Error('429'))).toBe(60_000)
  expect(delay(1, new Error('500'))).toBe(1_000)
})

test.each([[() => 'soon'], [() => -1], [() => Number.NaN], [() => fail()]])(
  'a function that fails (%s) costs no retry',
  backoff => {
    expect(delayBefore(1, backoff as Backoff, middle)).toBe(2_718)
  },
)

function fail(): never {
  throw new Error('no')
}

test.each([['soon'], ['25h'], [[]], [['1s', '2 days']], [{}], [null]])('%j is refused at once', backoff => {
  expect(() => delayFrom(backoff as Backoff)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }))
})
