/** Where a value is not as expected, and how. */
export interface Mismatch {
  /** `payload.items[2].price`. */
  readonly path: string
  readonly actual: unknown
  readonly expected: unknown
}

/** What test frameworks use for `expect.any(String)` and the like. */
interface Matcher {
  asymmetricMatch(actual: unknown): boolean
}

/**
 * Where `actual` differs from `expected`, which need not say everything: properties that it does not have do not matter,
 * however deep. Arrays have to be as long. Empty when it matches.
 */
export function mismatches(actual: unknown, expected: unknown, path = ''): Mismatch[] {
  if (isMatcher(expected)) return expected.asymmetricMatch(actual) ? [] : [{ path, actual, expected }]
  if (expected instanceof Date)
    return actual instanceof Date && actual.getTime() === expected.getTime()
      ? []
      : [{ path, actual, expected }]
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return [{ path, actual, expected }]
    return expected.flatMap((item, index) => mismatches(actual[index], item, `${path}[${index}]`))
  }
  if (isObject(expected)) {
    if (!isObject(actual)) return [{ path, actual, expected }]
    return Object.entries(expected).flatMap(([key, value]) =>
      mismatches(actual[key], value, path === '' ? key : `${path}.${key}`),
    )
  }
  return Object.is(actual, expected) ? [] : [{ path, actual, expected }]
}

function isMatcher(value: unknown): value is Matcher {
  return isObject(value) && typeof value.asymmetricMatch === 'function'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
