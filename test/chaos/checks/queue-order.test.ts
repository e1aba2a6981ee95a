import { expect, test } from 'vitest'
import { queueOrder } from './queue-order.ts'
import { died, executed, scheduled, verdictOf } from './story.ts'

const queue = 'serial-0'
const both = [...scheduled(1, 'a', queue), ...scheduled(5, 'b', queue)]
const run = (uid: string, from: number, more: Partial<Parameters<typeof executed>[0]> = {}) =>
  executed({ by: 'worker-1.1', uid, queue, from, to: from + 5, ...more })

test('jobs start in the order in which they came', () => {
  expect(verdictOf(queueOrder, [...both, ...run('a', 10), ...run('b', 20)])).toEqual([])
})

test('a job that came later must not start earlier', () => {
  expect(verdictOf(queueOrder, [...both, ...run('b', 10), ...run('a', 20)])).toEqual([
    'job b overtook a in serial-0',
  ])
})

test('of those that were asked for at the same time either may be first', () => {
  const together = [...scheduled(1, 'a', queue), ...scheduled(1, 'b', queue)]
  expect(verdictOf(queueOrder, [...together, ...run('b', 10), ...run('a', 20)])).toEqual([])
})

test('what a dead worker ran comes before those behind it', () => {
  const dead = [...executed({ by: 'worker-1.1', uid: 'a', queue, from: 10 }), died(12, 'worker-1.1')]
  const [again, next] = [{ by: 'worker-2.1', crashes: 1 }, { by: 'worker-2.1' }]
  expect(verdictOf(queueOrder, [...both, ...dead, ...run('a', 20, again), ...run('b', 30, next)])).toEqual([])
  expect(verdictOf(queueOrder, [...both, ...dead, ...run('b', 20, next), ...run('a', 30, again)])).toEqual([
    'job b overtook a in serial-0',
  ])
})

test('what was done and not reported before the worker died may be done again after its follower', () => {
  const dead = [
    ...run('a', 10),
    ...executed({ by: 'worker-1.1', uid: 'b', queue, from: 16 }),
    died(17, 'worker-1.1'),
  ]
  expect(
    verdictOf(queueOrder, [
      ...both,
      ...dead,
      ...run('a', 30, { crashes: 1 }),
      ...run('b', 40, { crashes: 1 }),
    ]),
  ).toEqual([])
})

test('so may one whose time was up', () => {
  const late = [...run('a', 10, { how: 'aborted' }), ...run('b', 16)]
  expect(
    verdictOf(queueOrder, [...both, ...late, ...run('a', 30, { by: 'worker-2.1', crashes: 1 })]),
  ).toEqual([])
})

test('a job that several workers had when they died waits for its trial, and the queue with it', () => {
  expect(verdictOf(queueOrder, [...both, ...run('b', 10), ...run('a', 20, { crashes: 3 })])).toEqual([
    'job b overtook a in serial-0',
  ])
})

test('a failed job waits elsewhere, and its followers go on', () => {
  const retried = [...run('a', 10, { how: 'threw' }), ...run('b', 20), ...run('a', 30, { attempt: 2 })]
  expect(verdictOf(queueOrder, [...both, ...retried])).toEqual([])
})

test('what failed stands behind those that were there when it was due again, after a crash too', () => {
  const failed = run('a', 10, { how: 'threw', verdict: 'failed' })
  const lost = [...run('b', 20), ...run('a', 26, { attempt: 2 })]
  const later = { by: 'worker-2.1', crashes: 1 }
  const again = [...run('b', 40, later), ...run('a', 46, { ...later, attempt: 2 })]
  expect(verdictOf(queueOrder, [...both, ...failed, ...lost, ...again])).toEqual([])
})

test('what failed does not start again before those that were there when it failed', () => {
  const failed = run('a', 10, { how: 'threw', verdict: 'failed' })
  const three = [...both, ...scheduled(7, 'c', queue)]
  const early = [...run('b', 20), ...run('a', 30, { attempt: 2 }), ...run('c', 40)]
  expect(verdictOf(queueOrder, [...three, ...failed, ...early])).toEqual(['job a overtook c in serial-0'])
})
