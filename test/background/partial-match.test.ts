import { expect, test } from 'vitest'
import { mismatches } from '../../background/partial-match.ts'

const job = {
  payload: { to: 'ann', items: [{ price: 1 }, { price: 2 }] },
  runAt: new Date(5),
  key: undefined,
}

test.each([
  {},
  { payload: {} },
  { payload: { to: 'ann' } },
  { payload: { items: [{}, { price: 2 }] } },
  { runAt: new Date(5) },
  { key: undefined },
  { payload: { to: expect.any(String), items: expect.arrayContaining([{ price: 2 }]) } },
])('%o matches', expected => {
  expect(mismatches(job, expected)).toEqual([])
})

test.each([
  [{ payload: { to: 'bob' } }, 'payload.to', 'ann', 'bob'],
  [{ payload: { items: [{}, { price: 3 }] } }, 'payload.items[1].price', 2, 3],
  [{ payload: { items: [] } }, 'payload.items', job.payload.items, []],
  [{ payload: { cc: 'x' } }, 'payload.cc', undefined, 'x'],
  [{ payload: { to: { name: 'ann' } } }, 'payload.to', 'ann', { name: 'ann' }],
  [{ runAt: new Date(6) }, 'runAt', job.runAt, new Date(6)],
  [{ payload: { to: expect.any(Number) } }, 'payload.to', 'ann', expect.any(Number)],
])('%o does not, and it is said where', (expected, path, actual, wanted) => {
  expect(mismatches(job, expected)).toEqual([{ path, actual, expected: wanted }])
})

test('every difference is told', () => {
  expect(mismatches(job, { key: 'k', payload: { to: 'bob' } }).map(({ path }) => path)).toEqual([
    'key',
    'payload.to',
  ])
})
