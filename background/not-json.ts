/** A place in a value that would not come back from JSON as it was, and what is there. */
export interface NotJsonPlace {
  /** Where: `payload.items[2].price`. */
  readonly path: string
  /** What is there, fit to follow "is": `a Date`, `NaN`, `a string with a NUL character`. */
  readonly what: string
}

/** PostgreSQL nests JSON no deeper than its stack allows; nobody nests this deep on purpose. */
const DEEPEST = 500

/**
 * Whether JSON carries `value` unchanged, as far as types go; strings are not looked into. A quick look for the
 * hot path: `false` means {@link findNotJson} has to look again and may find that all is well.
 */
export function looksLikeJson(value: unknown, depth = 0): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || depth >= DEEPEST) return false
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      if (!looksLikeJson(value[index], depth + 1)) return false
    }
    return true
  }
  if (!isData(value)) return false
  for (const key in value) {
    const property = (value as Record<string, unknown>)[key]
    if (property !== undefined && !looksLikeJson(property, depth + 1)) return false
  }
  return true
}

/** The first place in `value` that JSON would drop or change, or that PostgreSQL would refuse. */
export function findNotJson(
  value: unknown,
  path = 'payload',
  above: readonly object[] = [],
): NotJsonPlace | undefined {
  const what =
    nameOfNotJson(value) ?? (above.includes(value as object) ? 'an object that contains itself' : undefined)
  if (what !== undefined) return { path, what }
  if (typeof value !== 'object' || value === null) return undefined
  if (above.length >= DEEPEST)
    return { path: path.slice(0, 80), what: `nested more than ${DEEPEST} levels deep` }
  const within = [...above, value]
  return Array.isArray(value) ? findInArray(value, path, within) : findInObject(value, path, within)
}

function findInArray(
  items: readonly unknown[],
  path: string,
  within: readonly object[],
): NotJsonPlace | undefined {
  for (let index = 0; index < items.length; index++) {
    const place = `${path}[${index}]`
    if (items[index] === undefined) return { path: place, what: 'undefined in an array' }
    const found = findNotJson(items[index], place, within)
    if (found) return found
  }
  return undefined
}

/** A property that is `undefined` is left out, as everywhere in JavaScript; that changes nothing. */
function findInObject(object: object, path: string, within: readonly object[]): NotJsonPlace | undefined {
  for (const [key, property] of Object.entries(object)) {
    const badKey = nameOfBadText(key)
    if (badKey) return { path: `a property name in ${path}`, what: badKey }
    const found = property === undefined ? undefined : findNotJson(property, pathTo(path, key), within)
    if (found) return found
  }
  return undefined
}

function nameOfNotJson(value: unknown): string | undefined {
  if (value === null || typeof value === 'boolean') return undefined
  if (typeof value === 'string') return nameOfBadText(value)
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : String(value)
  if (typeof value !== 'object') return value === undefined ? 'undefined' : `a ${typeof value}`
  if (Array.isArray(value) || isData(value)) return undefined
  const className = value.constructor?.name || 'class'
  return /^(Date|Map|Set|WeakMap|WeakSet|RegExp|Promise|URL)$/.test(className)
    ? `a ${className}`
    : `an instance of ${className}`
}

function nameOfBadText(text: string): string | undefined {
  if (text.includes('\0')) return 'a string with a NUL character'
  return /\p{Cs}/u.test(text) ? 'a string with half a surrogate pair' : undefined
}

/**
 * Whether an object is nothing but its own properties: a literal, or an instance of a class without methods and
 * getters, which is what its type looks like too.
 */
function isData(object: object): boolean {
  const prototype = Object.getPrototypeOf(object)
  if (prototype === Object.prototype || prototype === null) return true
  if (Object.getPrototypeOf(prototype) === null) return Object.hasOwn(prototype, 'isPrototypeOf')
  return Reflect.ownKeys(prototype).every(key => key === 'constructor') && isData(prototype)
}

function pathTo(path: string, key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)
    ? `${path}.${key}`
    : `${path}[${JSON.stringify(key)}]`
}
