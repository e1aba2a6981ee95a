import { expect, test } from 'vitest'
import { FAULTS } from './faults/all.ts'
import { planFor } from './plan.ts'
import { WORKERS } from './stage.ts'

const MINUTES = 60_000

test('the same seed gives the same plan, another one another', () => {
  expect(planFor(7, FAULTS, 2 * MINUTES)).toEqual(planFor(7, FAULTS, 2 * MINUTES))
  expect(planFor(8, FAULTS, 2 * MINUTES)).not.toEqual(planFor(7, FAULTS, 2 * MINUTES))
})

test('every fault comes in the first minutes', () => {
  const names = new Set(planFor(1, FAULTS, 4 * MINUTES).map(({ fault }) => fault.name))
  expect(FAULTS.filter(({ name }) => !names.has(name))).toEqual([])
})

test('nothing is disturbed twice at a time, and two workers are always left alone', () => {
  const plan = planFor(3, FAULTS, 10 * MINUTES)
  const during = (at: number) => plan.filter(strike => strike.at <= at && at < strike.at + strike.ms)
  for (const { at } of plan) {
    const targets = during(at).map(({ target }) => target)
    expect(new Set(targets).size).toBe(targets.length)
    expect(targets.filter(target => WORKERS.includes(target)).length).toBeLessThanOrEqual(2)
  }
})
