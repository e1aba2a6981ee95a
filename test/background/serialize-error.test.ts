import fc from 'fast-check'
import { expect, test } from 'vitest'
import { serializeError } from '../../background/serialize-error.ts'

class PaymentFailed extends Error {}

const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value))

test('an error keeps its name, message, stack and cause', () => {
  const error = new TypeError('no such thing', { cause: new RangeError('too far') })
  expect(serializeError(error)).toEqual({
    name: 'TypeError',
    message: 'no such thing',
    stack: error.stack,
    cause: { name: 'RangeError', message: 'too far', stack: (error.cause as Error).stack },
  })
})

test('a class of errors goes by its name', () => {
  expect(serializeError(new PaymentFailed('card')).name).toBe('PaymentFailed')
})

test.each([
  ['text', { name: 'String', message: 'text' }],
  [undefined, { name: 'undefined', message: 'undefined' }],
  [null, { name: 'object', message: 'null' }],
  [42n, { name: 'BigInt', message: '42n' }],
  [Symbol('s'), { name: 'Symbol', message: 'Symbol(s)' }],
  [{ code: 7 }, { name: 'Object', message: '{ code: 7 }' }],
  [Object.create(null), { name: 'object', message: '[Object: null prototype] {}' }],
  [
    { name: 'E', message: 'm', stack: 7, cause: null },
    { name: 'E', message: 'm' },
  ],
])('%o can be thrown too', (thrown, serialized) => {
  expect(serializeError(thrown)).toEqual(serialized)
})

test('an error of several errors without a message says theirs', () => {
  const error = new AggregateError([new Error('ECONNREFUSED ::1'), new Error('ECONNREFUSED 127.0.0.1')])
  expect(serializeError(error).message).toBe('ECONNREFUSED ::1; ECONNREFUSED 127.0.0.1')
})

test('getters and proxies that throw do no harm', () => {
  const hostile = new Proxy({}, { get: () => fail(), has: () => fail(), ownKeys: () => fail() })
  const error = Object.defineProperty(new Error('fine'), 'stack', { get: () => fail() })
  expect(serializeError(hostile)).toMatchObject({ name: 'object' })
  expect(serializeError(error)).toEqual({ name: 'Error', message: 'fine' })
  expect(serializeError({ message: 'm', cause: hostile })).toMatchObject({ message: 'm' })
})

function fail(): never {
  throw new Error('hostile')
}

test('what PostgreSQL refuses is taken out', () => {
  const { message } = serializeError(new Error('a\0b\ud800c😀'))
  expect(message).toBe('ab\ufffdc😀')
})

test('it takes at most 8 KB, whatever is thrown', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom('\u0001', '😀', '"', 'é', '\ud800'),
  )
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 20_000 }), (unit, times) => {
      const long = unit.repeat(times)
      const error = Object.assign(new Error(long), { name: long })
      for (let depth = 0, at = error; depth < 5; depth++) at = (at as Error).cause = new Error(long)
      const serialized = serializeError(error)
      expect(bytes(serialized)).toBeLessThanOrEqual(8_192)
      expect(JSON.stringify(serialized)).not.toMatch(/\\u0000|\\ud[89a-f]/)
    }),
    { numRuns: 50 },
  )
})

test('a cycle of causes ends', () => {
  const error = new Error('a')
  error.cause = error
  expect(bytes(serializeError(error))).toBeLessThanOrEqual(8_192)
})

test('a long message does not push the frames out of the stack', () => {
  expect(serializeError(new Error('x'.repeat(100_000))).stack).toContain('serialize-error.test.ts')
})
