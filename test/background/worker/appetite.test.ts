import { expect, test } from 'vitest'
import { Appetite } from '../../../background/worker/appetite.ts'

test('before anything is known nothing is claimed ahead', () => {
  const appetite = new Appetite(10)
  expect([appetite.ahead, appetite.perSlot]).toEqual([0, 1])
})

test('short jobs are claimed by the hundred, long ones only when a slot is free', () => {
  const short = new Appetite(10)
  for (let n = 0; n < 100; n++) short.learn(0.05)
  expect([short.ahead, short.perSlot]).toEqual([1_800, 64])
  const long = new Appetite(10)
  long.learn(2_000)
  expect([long.ahead, long.perSlot]).toEqual([0, 1])
})

test('recent jobs count most', () => {
  const appetite = new Appetite(1)
  appetite.learn(1_000)
  for (let n = 0; n < 200; n++) appetite.learn(1)
  expect(appetite.ahead).toBeGreaterThan(10)
})

test('what was learned can be forgotten', () => {
  const appetite = new Appetite(10)
  appetite.learn(0.1)
  appetite.forget()
  expect([appetite.ahead, appetite.perSlot]).toEqual([0, 1])
  appetite.learn(0.1)
  expect(appetite.ahead).toBeGreaterThan(0)
})
