/** An object written as `{ … }`: data that can be merged and frozen, unlike a Date, a client or any other instance. */
export type PlainObject = Record<string, unknown>

export function isPlainObject(value: unknown): value is PlainObject {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  // what vm and worker contexts build has another Object.prototype, whose own prototype is null all the same
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** `over` on top of `under`, key by key and deep in plain objects; undefined changes nothing. */
export function merge(under: unknown, over: unknown): unknown {
  if (over === undefined) return under
  if (!isPlainObject(under) || !isPlainObject(over)) return over
  const merged = { ...under }
  for (const [key, value] of Object.entries(over)) merged[key] = merge(merged[key], value)
  return merged
}

/** Freezes plain objects and arrays all the way down and leaves instances and functions as they are. */
export function deepFreeze<T>(value: T): T {
  if ((!isPlainObject(value) && !Array.isArray(value)) || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const inner of Object.values(value)) deepFreeze(inner)
  return value
}
