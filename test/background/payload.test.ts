import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { decodePayload, encodePayload } from '../../background/payload.ts'

const code = (code: string) => expect.objectContaining({ code })
const refused = (message: string) =>
  expect.objectContaining({ code: 'PAYLOAD_NOT_JSON', message: expect.stringContaining(message) })
const encode = (payload: unknown) => encodePayload(undefined, payload)

class Point {
  x = 1
  y = 2
}

class User {
  name = 'ann'
  greet() {}
}

class Circle {
  radius = 1
  get area() {
    return 3
  }
}

function nested(levels: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < levels; level++) value = [value]
  return value
}

function withCycle() {
  const node: Record<string, unknown> = { name: 'a' }
  node.children = [{ parent: node }]
  return node
}

describe('what JSON carries is stored as given', () => {
  test.each([
    [{ to: 'ann@example.com' }, '{"to":"ann@example.com"}'],
    [undefined, '{}'],
    [null, 'null'],
    ['text', '"text"'],
    [[1, [2.5, null], { a: true }], '[1,[2.5,null],{"a":true}]'],
    [{ a: undefined, b: 1 }, '{"b":1}'],
    [new Point(), '{"x":1,"y":2}'],
    [Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    [
      { emoji: '😀', escaped: '\\u0000', bell: '\u0007' },
      '{"emoji":"😀","escaped":"\\\\u0000","bell":"\\u0007"}',
    ],
  ])('%j', (payload, text) => {
    expect(encode(payload)).toBe(text)
  })

  test('any JSON value comes back as it was', () => {
    const value = fc.jsonValue({ stringUnit: 'grapheme' })
    fc.assert(
      fc.property(value, payload => {
        fc.pre(!JSON.stringify(payload).includes('\\u0000'))
        const stored = JSON.parse(encode(payload) as string)
        expect(stored).toEqual(JSON.parse(JSON.stringify(payload)))
      }),
    )
  })
})

describe('what JSON would drop or change is refused, with the place', () => {
  test.each([
    [{ at: new Date(0) }, 'payload.at is a Date'],
    [{ items: [{ price: 1n }] }, 'payload.items[0].price is a bigint'],
    [{ a: new Map() }, 'payload.a is a Map'],
    [new Set(), 'payload is a Set'],
    [{ f() {} }, 'payload.f is a function'],
    [() => {}, 'payload is a function'],
    [Symbol('s'), 'payload is a symbol'],
    [[1, undefined], 'payload[1] is undefined in an array'],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
    [[1, , 2], 'payload[1] is undefined in an array'],
    [{ n: Number.NaN }, 'payload.n is NaN'],
    [{ n: -Infinity }, 'payload.n is -Infinity'],
    [{ 'a key': { b: new URL('http://a') } }, 'payload["a key"].b is a URL'],
    [{ user: new User() }, 'payload.user is an instance of User'],
    [{ circle: new Circle() }, 'payload.circle is an instance of Circle'],
    [{ e: new Error('no') }, 'payload.e is an instance of Error'],
    [{ bytes: new Uint8Array(2) }, 'payload.bytes is an instance of Uint8Array'],
    [{ a: { toJSON: () => 1 } }, 'payload.a.toJSON is a function'],
    [{ s: 'a\0b' }, 'payload.s is a string with a NUL character'],
    [{ s: 'a\ud800' }, 'payload.s is a string with half a surrogate pair'],
    [{ 'a\0': 1 }, 'a property name in payload is a string with a NUL character'],
  ])('%o', (payload, message) => {
    expect(() => encode(payload)).toThrow(refused(message))
  })

  test('a cycle, and what is nested too deep', () => {
    expect(() => encode(withCycle())).toThrow(
      refused('payload.children[0].parent is an object that contains itself'),
    )
    expect(() => encode(nested(501))).toThrow(refused('nested more than 500 levels deep'))
    expect(() => encode(nested(50_000))).toThrow(refused('nested more than 500 levels deep'))
  })

  test('500 levels are fine, and so is one object in two places', () => {
    const shared = { a: 1 }
    expect(encode(nested(500))).toContain('[1]')
    expect(encode({ one: shared, two: shared })).toBe('{"one":{"a":1},"two":{"a":1}}')
  })

  test('the error of a getter is the error', () => {
    const payload = Object.defineProperty({}, 'a', {
      enumerable: true,
      get: () => fail(new RangeError('mine')),
    })
    expect(() => encode(payload)).toThrow('mine')
  })
})

function fail(error: Error): never {
  throw error
}

describe('size', () => {
  test.each([
    ['x'.repeat(8), 10],
    ['é'.repeat(4), 10],
    ['😀😀', 10],
  ])('%s fits into %i bytes and not into one less', (payload, limit) => {
    expect(encodePayload(undefined, payload, { limit })).toBe(JSON.stringify(payload))
    expect(() => encodePayload(undefined, payload, { limit: limit - 1 })).toThrow(code('PAYLOAD_TOO_LARGE'))
  })

  test('the limit is 1 MiB unless told otherwise', () => {
    expect(encode('x'.repeat(1_048_574))).toHaveLength(1_048_576)
    expect(() => encode('x'.repeat(1_048_575))).toThrow('1048577 bytes as JSON, the limit is 1048576')
  })
})

const schema = z.object({
  userId: z.int(),
  items: z.array(z.object({ price: z.number() })).default([]),
  at: z.coerce.date().optional(),
  locale: z.string().default('en'),
})
const report = { name: 'SendReport', schema }
const slow = { name: 'Slow', schema: schema.refine(async ({ userId }) => userId > 0, 'nobody has this id') }

describe('schema', () => {
  test('what was given is stored, what the schema makes of it is handed to the task', () => {
    const text = encodePayload(report, { userId: 1, at: '2026-11-22' })
    expect(text).toBe('{"userId":1,"at":"2026-11-22"}')
    expect(decodePayload(report, text as string)).toEqual({
      userId: 1,
      at: new Date('2026-11-22'),
      locale: 'en',
      items: [],
    })
  })

  test('a payload that does not fit is refused with every place', () => {
    expect(() => encodePayload(report, { userId: 'x', items: [{ price: '1' }] })).toThrow(
      expect.objectContaining({
        code: 'INVALID_PAYLOAD',
        issues: [
          { path: 'userId', message: expect.any(String) },
          { path: 'items[0].price', message: expect.any(String) },
        ],
        hint: expect.stringContaining('nothing was done'),
      }),
    )
  })

  test('no payload is an empty object to the schema too', () => {
    expect(encodePayload({ name: 'A', schema: z.strictObject({}) }, undefined)).toBe('{}')
    expect(() => encodePayload(report, undefined)).toThrow(code('INVALID_PAYLOAD'))
  })

  test('a stored payload that no longer fits is refused at run', () => {
    expect(() => decodePayload(report, '{"userId":"x"}')).toThrow(
      expect.objectContaining({ code: 'INVALID_PAYLOAD', hint: expect.stringContaining('older code') }),
    )
  })

  test('a schema may check asynchronously', async () => {
    await expect(encodePayload(slow, { userId: 1 })).resolves.toBe('{"userId":1}')
    await expect(encodePayload(slow, { userId: -1 })).rejects.toThrow('nobody has this id')
    await expect(decodePayload(slow, '{"userId":1}')).resolves.toMatchObject({ userId: 1, locale: 'en' })
    await expect(decodePayload(slow, '{"userId":-1}')).rejects.toThrow(code('INVALID_PAYLOAD'))
  })

  test('what JSON cannot carry is told before the schema is asked', () => {
    expect(() => encodePayload(report, { userId: 1, at: new Date(0) })).toThrow(code('PAYLOAD_NOT_JSON'))
  })

  test('a task without schema gets what was stored', () => {
    expect(decodePayload({ name: 'A', schema: undefined }, '{"a":[1]}')).toEqual({ a: [1] })
  })
})
