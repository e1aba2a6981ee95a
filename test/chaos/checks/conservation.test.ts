import { expect, test } from 'vitest'
import { conservation } from './conservation.ts'
import { executed, finished, scheduled, verdictOf } from './story.ts'

test('what was acknowledged is finished or still there', () => {
  const lines = [...scheduled(1, 'a'), ...scheduled(2, 'b')]
  expect(
    verdictOf(conservation, lines, { finished: [finished('a')], left: [{ uid: 'b', state: 'available' }] }),
  ).toEqual([])
})

test('a job that was acknowledged and is nowhere is lost', () => {
  expect(verdictOf(conservation, scheduled(1, 'a'))).toEqual(['job a was acknowledged and is gone'])
})

test('a job of unknown fate may exist or not; one that was refused or rolled back may not', () => {
  const asked = [1, 'producer-1.1', { event: 'asked', uid: 'a', maxAttempts: 3 }] as const
  const unknown = [2, 'producer-1.1', { event: 'unknown', uid: 'a', error: '' }] as const
  const refused = [2, 'producer-1.1', { event: 'refused', uid: 'a', error: '' }] as const
  expect(verdictOf(conservation, [asked, unknown])).toEqual([])
  expect(verdictOf(conservation, [asked, unknown], { finished: [finished('a')] })).toEqual([])
  expect(verdictOf(conservation, [asked, refused])).toEqual([])
  const ran = executed({ by: 'worker-1.1', uid: 'a', from: 3, to: 4 })
  expect(verdictOf(conservation, [asked, refused, ...ran])).toEqual(['job a exists, and was refused'])
  expect(verdictOf(conservation, ran)).toEqual(['job a exists, and was never asked for'])
})
