import { afterEach, expect, test } from 'vitest'
import { sleep } from '../../framework/clock.ts'
import { Loop, type Step } from '../../framework/loop.ts'
import { eventually } from '../support/eventually.ts'

const loops: Loop[] = []
const errors: unknown[] = []

afterEach(() => Promise.all(loops.splice(0).map(loop => loop.stop())))

function loopOf(step: Step): Loop {
  errors.length = 0
  const loop = new Loop(step, error => {
    errors.push(error)
    return 1
  })
  loops.push(loop)
  return loop
}

const NEVER = Number.POSITIVE_INFINITY

test('steps follow each other after the delay that each asks for', async () => {
  const times: number[] = []
  const loop = loopOf(async () => {
    times.push(performance.now())
    return times.length < 3 ? 20 : NEVER
  })
  await loop.start()
  await eventually(() => times.length === 3)
  expect((times[2] as number) - (times[0] as number)).toBeGreaterThan(35)
})

test('a wake-up ends the rest, and there is no second step for a second wake-up', async () => {
  let steps = 0
  const loop = loopOf(async () => {
    steps++
    return NEVER
  })
  await loop.start()
  await eventually(() => steps === 1)
  loop.wake()
  loop.wake()
  await eventually(() => steps === 2)
  await sleep(20)
  expect(steps).toBe(2)
})

test('a wake-up during a step is remembered', async () => {
  let steps = 0
  const loop = loopOf(async () => {
    steps++
    if (steps === 1) loop.wake()
    await sleep(1)
    return NEVER
  })
  await loop.start()
  await eventually(() => steps === 2)
  await sleep(20)
  expect(steps).toBe(2)
})

test('steps never overlap', async () => {
  let [running, most, steps] = [0, 0, 0]
  const loop = loopOf(async () => {
    most = Math.max(most, ++running)
    await sleep(2)
    running--
    steps++
    return 0
  })
  await loop.start()
  await loop.start()
  for (let n = 0; n < 20; n++) {
    loop.wake()
    await sleep(1)
  }
  await eventually(() => steps > 3)
  expect(most).toBe(1)
})

test('a step that throws is told of and ends nothing', async () => {
  let steps = 0
  const loop = loopOf(async () => {
    if (++steps < 3) throw new Error(`no ${steps}`)
    return NEVER
  })
  await loop.start()
  await eventually(() => steps === 3)
  expect(errors).toMatchObject([{ message: 'no 1' }, { message: 'no 2' }])
})

test('stopping waits for the step under way, and no other follows', async () => {
  let [begun, ended] = [0, 0]
  const loop = loopOf(async () => {
    begun++
    await sleep(20)
    ended++
    return 0
  })
  await loop.start()
  loop.wake()
  await loop.stop()
  expect([begun, ended]).toEqual([1, 1])
  loop.wake()
  await sleep(10)
  expect(begun).toBe(1)
  await loop.stop()
})

test('stopping ends a rest, however long it is', async () => {
  const loop = loopOf(async () => 10 ** 12)
  await loop.start()
  await sleep(5)
  const before = performance.now()
  await loop.stop()
  expect(performance.now() - before).toBeLessThan(1_000)
})

test('a loop that was stopped can be started again; one that never was can be stopped', async () => {
  let steps = 0
  const loop = loopOf(async () => {
    steps++
    return NEVER
  })
  await loop.stop()
  await loop.start()
  await eventually(() => steps === 1)
  await loop.stop()
  await loop.start()
  await eventually(() => steps === 2)
})
