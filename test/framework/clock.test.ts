import { expect, test, vi } from 'vitest'
import { after, every, monotonic, nextTurn, sharedMonotonic, sleep } from '../../framework/clock.ts'

const DAY = 86_400_000

test('an action is run once when it is time, unless it was taken back', async () => {
  const done: string[] = []
  after(5, () => done.push('one'))
  const cancel = after(5, () => done.push('two'))
  cancel()
  cancel()
  await sleep(20)
  expect(done).toEqual(['one'])
})

test('one that is to be run in months is not run at once', async () => {
  vi.useFakeTimers()
  try {
    const done: string[] = []
    after(60 * DAY, () => done.push('sixty'))
    const cancel = after(90 * DAY, () => done.push('ninety'))
    await vi.advanceTimersByTimeAsync(59 * DAY)
    expect(done).toEqual([])
    await vi.advanceTimersByTimeAsync(2 * DAY)
    expect(done).toEqual(['sixty'])
    cancel()
    await vi.advanceTimersByTimeAsync(60 * DAY)
    expect(done).toEqual(['sixty'])
  } finally {
    vi.useRealTimers()
  }
})

test('so is a sleep of months, which can be cut short', async () => {
  vi.useFakeTimers()
  try {
    const done: string[] = []
    const alarm = new AbortController()
    void sleep(60 * DAY).then(() => done.push('slept'))
    void sleep(60 * DAY, alarm.signal).then(() => done.push('woken'))
    void sleep(Number.POSITIVE_INFINITY, alarm.signal).then(() => done.push('woken too'))
    await vi.advanceTimersByTimeAsync(30 * DAY)
    expect(done).toEqual([])
    alarm.abort()
    await vi.advanceTimersByTimeAsync(0)
    expect(done).toEqual(['woken', 'woken too'])
    await vi.advanceTimersByTimeAsync(31 * DAY)
    expect(done).toEqual(['woken', 'woken too', 'slept'])
  } finally {
    vi.useRealTimers()
  }
})

test('a signal that has aborted lets nobody sleep', async () => {
  const before = monotonic()
  await sleep(10_000, AbortSignal.abort())
  expect(monotonic() - before).toBeLessThan(1_000)
})

test('no sleep at all still lets the others have their turn', async () => {
  const order: string[] = []
  setImmediate(() => order.push('immediate'))
  await nextTurn()
  order.push('turned')
  await sleep(0)
  expect(order).toEqual(['immediate', 'turned'])
})

test('again and again, until it is enough', async () => {
  let times = 0
  const stop = every(1, () => times++)
  while (times < 3) await sleep(1)
  stop()
  const before = times
  await sleep(10)
  expect(times).toBe(before)
})

test('both clocks count milliseconds', async () => {
  const [own, shared] = [monotonic(), sharedMonotonic()]
  await sleep(30)
  expect(sharedMonotonic() - shared).toBeGreaterThanOrEqual(25)
  expect(Math.abs(sharedMonotonic() - shared - (monotonic() - own))).toBeLessThan(20)
})
