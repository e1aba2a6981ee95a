import { expect, test } from 'vitest'
import { deepFreeze, isPlainObject, merge } from '../../framework/plain-object.ts'

test('only what is written as { … } is a plain object', () => {
  expect([{}, Object.create(null), structuredClone({})].every(isPlainObject)).toBe(true)
  expect([new Date(), [], null, 'text', () => {}, new (class Client {})()].some(isPlainObject)).toBe(false)
})

test('merging goes deep in plain objects and replaces everything else', () => {
  const date = new Date()
  const under = { http: { port: 1, host: 'a' }, list: [1, 2], when: date }
  expect(merge(under, { http: { port: 2 }, list: [3] })).toEqual({
    http: { port: 2, host: 'a' },
    list: [3],
    when: date,
  })
  expect(under.http.port).toBe(1)
})

test('undefined changes nothing, null does', () => {
  expect(merge({ a: 1, b: 2 }, { a: undefined, b: null })).toEqual({ a: 1, b: null })
})

test('freezing reaches every plain object and array, leaves instances alone, and survives a circle', () => {
  const client = new (class Client {
    calls = 0
  })()
  const circle: Record<string, unknown> = { list: [{ inner: 1 }], client }
  circle.self = circle
  const frozen = deepFreeze(circle) as { list: { inner: number }[]; client: { calls: number } }
  expect(Object.isFrozen(frozen) && Object.isFrozen(frozen.list) && Object.isFrozen(frozen.list[0])).toBe(
    true,
  )
  frozen.client.calls++
  expect(client.calls).toBe(1)
})
