import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JOB_STATES } from '../../background/job.ts'
import { parseQuery } from '../../background/query.ts'
import { InvalidQuery } from '../../background/query-errors.ts'

const pattern = (text: string, openStart = false, openEnd = false) => ({ text, openStart, openEnd })

test('every field there is', () => {
  const at = new Date(2026, 10, 22)
  expect(
    parseQuery(
      'task:Send*,"a b" queue:email tag:user:42 worker:web* error:"not found" payload.to.0:*@x.com priority:<0,5,>=7 ' +
        'since:2026-11-22 before:1h state:running,retryable id:#17,18',
    ),
  ).toEqual({
    states: ['running', 'retryable'],
    ids: ['17', '18'],
    conditions: [
      { field: 'task', not: false, patterns: [pattern('Send', false, true), pattern('a b')] },
      { field: 'queue', not: false, patterns: [pattern('email')] },
      { field: 'tag', not: false, patterns: [pattern('user:42')] },
      { field: 'worker', not: false, patterns: [pattern('web', false, true)] },
      { field: 'error', not: false, patterns: [pattern('not found', true, true)] },
      { field: 'payload', not: false, path: ['to', '0'], patterns: [pattern('@x.com', true)] },
      {
        field: 'priority',
        not: false,
        ranges: [
          [-32_768, -1],
          [5, 5],
          [7, 32_767],
        ],
      },
      { field: 'since', not: false, time: { at } },
      { field: 'before', not: false, time: { ago: 3_600_000 } },
    ],
  })
})

test('a minus turns a term around, and a star alone is anything', () => {
  expect(parseQuery('-queue:* -state:completed').conditions).toEqual([
    { field: 'queue', not: true, patterns: [pattern('', true, true)] },
  ])
  expect(parseQuery('-state:completed').states).toEqual(JOB_STATES.filter(state => state !== 'completed'))
})

test('nothing, and only spaces, ask for nothing', () => {
  for (const text of ['', '  \n'])
    expect(parseQuery(text)).toEqual({ states: undefined, ids: undefined, conditions: [] })
})

test('several terms for one field have to be fulfilled together', () => {
  expect(parseQuery('id:1,2 id:2,3').ids).toEqual(['2'])
  expect(parseQuery('state:running,completed -state:completed').states).toEqual(['running'])
})

test('what a worker runs is running', () => {
  expect(parseQuery('worker:web-1').states).toEqual(['running'])
  expect(parseQuery('-worker:web-1').states).toBeUndefined()
})

test.each([
  ['quue:x', 1, 'a query has no field quue; did you mean queue? (column 1)'],
  ['task:A  -stat:x', 10, 'a query has no field stat; did you mean state? (column 10)'],
  ['task:A timeout', 8, 'timeout says nothing without a field (column 8)'],
  ['state:running,complete', 15, 'there is no state complete; did you mean completed? (column 15)'],
  ['state:running state:completed', 15, 'no state is left (column 15)'],
  ['task:', 6, 'task: has no value (column 6)'],
  ['task:A,', 8, 'task: has no value (column 8)'],
  ['task:Send*Email', 10, 'a star may stand only at the ends of a value (column 10)'],
  ['task:"SendEmail', 6, 'the quote that begins here does not end (column 6)'],
  ['since:yesterday', 7, 'yesterday is not a time (column 7)'],
  ['-since:1h', 2, 'since cannot be turned around (column 2)'],
  ['since:1h,2h', 10, 'since takes one time (column 10)'],
  ['id:12*', 4, 'id: takes no star (column 4)'],
  ['id:abc', 4, 'abc is not the id of a job (column 4)'],
  ['-id:1', 2, 'ids cannot be left out (column 2)'],
  ['priority:high', 10, 'high is not a priority (column 10)'],
  ['payload:x', 1, 'payload: does not say which property (column 1)'],
  ['payload.a..b:x', 1, 'payload.a..b: does not say which property (column 1)'],
])('%s: says what is wrong, and where', (query, column, message) => {
  const parse = () => parseQuery(query)
  expect(parse).toThrow(InvalidQuery)
  expect(parse).toThrow(
    expect.objectContaining({
      message,
      code: 'INVALID_QUERY',
      place: expect.objectContaining({ query, column }),
    }),
  )
})

test('whatever is in quotes comes out as it went in', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), text => {
      const [condition] = parseQuery(`key:"${text.replace(/["\\]/g, '\\$&')}"`).conditions
      expect(condition).toEqual({ field: 'key', not: false, patterns: [pattern(text)] })
    }),
  )
})

test('any text is understood or refused with a place inside it', () => {
  fc.assert(
    fc.property(fc.string(), text => {
      try {
        parseQuery(text)
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidQuery)
        expect((error as InvalidQuery).place.column).toBeGreaterThan(0)
        expect((error as InvalidQuery).place.column).toBeLessThanOrEqual(text.length + 1)
      }
    }),
  )
})
