import { inspect } from 'node:util'

/** An error as it is stored with a job: plain JSON of at most 8 KB that PostgreSQL accepts. */
export interface SerializedError {
  readonly name: string
  readonly message: string
  readonly stack?: string
  readonly cause?: SerializedError
}

const MOST_BYTES = 8_192
const MOST_NAME_BYTES = 100
const DEEPEST_CAUSE = 3
const LONE_SURROGATE = /\p{Cs}/gu

/** Anything that can be thrown, made storable. Never throws, whatever it is given. */
export function serializeError(thrown: unknown): SerializedError {
  return serialize(thrown, MOST_BYTES, 0)
}

/** The shares leave room for the keys and for causes that get a smaller share of the same kind each. */
function serialize(thrown: unknown, bytes: number, depth: number): SerializedError {
  const text = messageOf(thrown)
  const message = fit(text, bytes * 0.2)
  const stack = textAt(thrown, 'stack')
  const cause = depth < DEEPEST_CAUSE ? property(thrown, 'cause') : undefined
  return {
    name: fit(nameOf(thrown), MOST_NAME_BYTES),
    message,
    ...(stack && {
      stack: fit(
        stack.replace(text, () => message),
        bytes * 0.35,
      ),
    }),
    ...(cause != null && { cause: serialize(cause, bytes * 0.3, depth + 1) }),
  }
}

/** A subclass that never set its `name` goes by the name of its class. */
function nameOf(thrown: unknown): string {
  const name = textAt(thrown, 'name')
  if (name && name !== 'Error') return name
  return textAt(property(thrown, 'constructor'), 'name') || name || typeof thrown
}

/** An AggregateError often has no message of its own (a refused connection): its parts have. */
function messageOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown
  const message = textAt(thrown, 'message')
  if (message) return message
  const errors = property(thrown, 'errors')
  if (Array.isArray(errors) && errors.length > 0) return errors.slice(0, 10).map(messageOf).join('; ')
  return message ?? shown(thrown)
}

function shown(value: unknown): string {
  try {
    return inspect(value, { customInspect: false, depth: 2, maxArrayLength: 20, maxStringLength: 1_000 })
  } catch {
    return `a ${typeof value} that cannot be shown`
  }
}

function textAt(value: unknown, key: string): string | undefined {
  const text = property(value, key)
  return typeof text === 'string' ? text : undefined
}

/** Reading a property runs foreign code when it is a getter or behind a proxy. */
function property(value: unknown, key: string): unknown {
  try {
    return (value as Record<string, unknown> | null | undefined)?.[key]
  } catch {
    return undefined
  }
}

/** `text` without what PostgreSQL refuses, cut so that it takes at most `bytes` as JSON. */
function fit(text: string, bytes: number): string {
  let kept = clean(text.slice(0, Math.floor(bytes)))
  for (let size = jsonBytes(kept); size > bytes; size = jsonBytes(kept)) {
    kept = clean(kept.slice(0, Math.floor((kept.length * bytes) / size) - 1))
  }
  return kept
}

function clean(text: string): string {
  return text.replaceAll('\0', '').replace(LONE_SURROGATE, '\ufffd')
}

function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text))
}
