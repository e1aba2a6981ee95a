import { expect, test } from 'vitest'
import { queueLimits } from './queue-limits.ts'
import { died, disturbed, executed, lost, verdictOf } from './story.ts'

const queue = 'serial-0'
const first = { by: 'worker-1.1', uid: 'a', queue, from: 10, to: 50 }
const second = { by: 'worker-2.1', uid: 'b', queue, from: 30, to: 60 }

test('one after the other is as it should be', () => {
  expect(verdictOf(queueLimits, [...executed(first), ...executed({ ...second, from: 50 })])).toEqual([])
})

test('two jobs of a serial queue must not overlap', () => {
  expect(verdictOf(queueLimits, [...executed(first), ...executed(second)])).toEqual([
    'queue serial-0 ran 2 jobs at once: a in worker-1.1, b in worker-2.1',
  ])
})

test('a queue may have as many as it allows', () => {
  const wide = { ...first, queue: 'wide-2' }
  const three = ['a', 'b', 'c'].map((uid, n) => executed({ ...wide, uid, from: 10 + n }))
  expect(verdictOf(queueLimits, three.slice(0, 2).flat())).toEqual([])
  expect(verdictOf(queueLimits, three.flat()).length).toBe(1)
})

test('who died or was told to stop has ended', () => {
  const { to, ...open } = first
  expect(verdictOf(queueLimits, [...executed(open), died(20, 'worker-1.1'), ...executed(second)])).toEqual([])
  expect(
    verdictOf(queueLimits, [...executed({ ...first, to: 20, how: 'aborted' }), ...executed(second)]),
  ).toEqual([])
})

test('a halted process that lost its lease meanwhile cannot know; any other has to', () => {
  const zombie = [...executed({ ...first, to: 15_001 }), lost(15_002, 'worker-1.1')]
  const rescued = executed({ ...second, from: 9_000, to: 9_010 })
  expect(
    verdictOf(queueLimits, [...disturbed('halt', 'worker-1', [11, 15_000]), ...zombie, ...rescued]),
  ).toEqual([])
  expect(verdictOf(queueLimits, [...zombie, ...rescued]).length).toBe(1)
  expect(
    verdictOf(queueLimits, [...disturbed('halt', 'worker-2', [11, 15_000]), ...zombie, ...rescued]).length,
  ).toBe(1)
})

test('one that is halted while it computes could not know either, from when it began to compute', () => {
  const zombie = [...executed({ ...first, to: 19_001 }), lost(19_002, 'worker-1.1')]
  const rescued = executed({ ...second, from: 9_000, to: 9_010 })
  const computes = [11, 'worker-1.1', { event: 'blocking', ms: 10_000 }] as const
  const halted = disturbed('halt', 'worker-1', [10_000, 19_000])
  expect(verdictOf(queueLimits, [computes, ...halted, ...zombie, ...rescued])).toEqual([])
  expect(verdictOf(queueLimits, [...halted, ...zombie, ...rescued]).length).toBe(1)
})

test('one that dies while it computes did nothing more since it began to', () => {
  const { to, ...open } = first
  const killed = [...executed(open), died(12_000, 'worker-1.1')]
  const rescued = executed({ ...second, from: 9_000, to: 9_010 })
  const computes = (ms: number) => [11, 'worker-1.1', { event: 'blocking', ms }] as const
  expect(verdictOf(queueLimits, [computes(13_000), ...killed, ...rescued])).toEqual([])
  expect(verdictOf(queueLimits, [computes(5_000), ...killed, ...rescued]).length).toBe(1)
  expect(verdictOf(queueLimits, [...killed, ...rescued]).length).toBe(1)
})

test('a pause is over for the one who follows a process that died in it', () => {
  const computes = [11, 'worker-1.1', { event: 'blocking', ms: 20_000 }] as const
  const next = executed({ ...first, by: 'worker-1.2', from: 1_000, to: 15_001 })
  const unaware = [...next, lost(15_002, 'worker-1.2'), ...executed({ ...second, from: 9_000, to: 9_010 })]
  expect(verdictOf(queueLimits, [computes, died(500, 'worker-1.1'), ...unaware]).length).toBe(1)
})
