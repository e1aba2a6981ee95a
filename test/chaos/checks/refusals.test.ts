import { expect, test } from 'vitest'
import { refusals } from './refusals.ts'
import { executed, lost, verdictOf } from './story.ts'

const refused = executed({ by: 'worker-1.1', uid: 'a', from: 10, to: 20, verdict: 'stale' })

test('who lost its lease is refused', () => {
  expect(verdictOf(refusals, [...refused, lost(15, 'worker-1.1')])).toEqual([])
})

test('who lives is not', () => {
  expect(verdictOf(refusals, [...refused, lost(15, 'worker-2.1')])).toEqual([
    'worker-1.1 lost job job a without losing its lease',
  ])
})
