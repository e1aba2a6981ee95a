import { expect, test } from 'vitest'
import { Queue } from '../../background/queue.ts'
import { type JobOptions, normalizeOptions } from '../../background/schedule-options.ts'
import { define, task } from '../../background/task.ts'

const definition = define(
  task({ queue: 'reports', priority: 5, maxAttempts: 3, tags: ['report'], run: async () => {} }),
  'SendReport',
)

test('nothing given and no task at hand: the defaults', () => {
  expect(normalizeOptions({})).toEqual({
    queue: undefined,
    delayMs: undefined,
    runAt: undefined,
    priority: 0,
    maxAttempts: 25,
    key: undefined,
    keyMode: undefined,
    keyMaxWaitMs: undefined,
    tags: [],
    flags: [],
  })
})

test("nothing given: the task's own options", () => {
  expect(normalizeOptions({}, definition)).toMatchObject({
    queue: 'reports',
    priority: 5,
    maxAttempts: 3,
    tags: ['report'],
  })
})

test("what is given goes before the task's own options; tags add up", () => {
  const given = { queue: Queue.for('email'), priority: -1, maxAttempts: 1, key: 'k', tags: ['a', 'report'] }
  expect(normalizeOptions(given, definition)).toMatchObject({
    queue: 'email',
    priority: -1,
    maxAttempts: 1,
    key: { name: 'k', mode: 'replace' },
    tags: ['report', 'a'],
  })
})

test('a time of day stays one, a time from now becomes milliseconds', () => {
  const runAt = new Date('2030-01-01')
  expect(normalizeOptions({ runAt })).toMatchObject({ runAt, delayMs: undefined })
  expect(normalizeOptions({ in: '10m' })).toMatchObject({ runAt: undefined, delayMs: 600_000 })
  expect(normalizeOptions({ in: 0 })).toMatchObject({ delayMs: 0 })
})

test.each([
  [{ queue: '' }, 'queue is ""'],
  [{ priority: 1.5 }, 'priority is 1.5'],
  [{ priority: 32_768 }, 'priority is 32768'],
  [{ priority: -32_769 }, 'priority is -32769'],
  [{ priority: '5' }, 'priority is "5"'],
  [{ maxAttempts: 0 }, 'maxAttempts is 0'],
  [{ maxAttempts: 32_768 }, 'maxAttempts is 32768'],
  [{ runAt: new Date(Number.NaN) }, 'runAt is Invalid Date'],
  [{ runAt: new Date(8.64e15) }, 'runAt is'],
  [{ runAt: new Date(-8.64e15) }, 'runAt is'],
  [{ runAt: '2030-01-01' }, 'runAt is string'],
  [{ in: 'soon' }, 'in is "soon"'],
  [{ in: -1 }, 'in is -1'],
  [{ in: '40000d' }, 'in is "40000d"'],
  [{ in: new Date() }, 'in is an object'],
  [{ in: '1m', runAt: new Date() }, 'both runAt and in'],
  [{ key: '' }, 'key is ""'],
  [{ key: 'x'.repeat(513) }, 'key is text of 513 characters'],
  [{ key: 'a\0' }, 'key is "a\\u0000"'],
  [{ tags: 'a' }, 'tags is "a"'],
  [{ tags: Array.from({ length: 17 }, (_, n) => `t${n}`) }, 'tags is an array'],
  [{ tags: ['x'.repeat(65)] }, 'a tag is text of 65 characters'],
  [{ tags: [''] }, 'a tag is ""'],
])('%o is refused', (options, message) => {
  expect(() => normalizeOptions(options as JobOptions)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(message) }),
  )
})
