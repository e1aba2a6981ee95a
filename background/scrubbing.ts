import { rewriteJson } from './json-places.ts'
import type { Secrets } from './secrets.ts'

/** Text without the secrets of a job, wherever they turn up in it. */
export type Scrub = (text: string) => string

/** Shorter ones would be found everywhere, and say as much as they hide. */
const SHORTEST = 3
const MOST_VALUES = 200
const DEEPEST = 6
const SCRUBBED = '[secret]'

/** How to scrub what a job of `task` with this payload, as JSON text, has written; undefined when it has no secrets. */
export function scrubFor(task: string, payload: string, secrets: Secrets): Scrub | undefined {
  if (!secrets.has(task)) return undefined
  const words = new Set<string>()
  rewriteJson(payload, (path, text) => {
    if (!secrets.isAt(task, path)) return undefined
    addWords(words, parsed(text()))
    return ''
  })
  const longest = [...words].sort((a, b) => b.length - a.length).slice(0, MOST_VALUES)
  if (longest.length === 0) return undefined
  const found = new RegExp(longest.map(escaped).join('|'), 'g')
  return text => text.replace(found, SCRUBBED)
}

/** Like `value`, without secrets in its texts; errors stay errors of their class. */
export function scrubbed<Value>(value: Value, scrub: Scrub, depth = 0): Value {
  if (typeof value === 'string') return scrub(value) as Value
  if (typeof value === 'number' || typeof value === 'bigint')
    return (scrub(String(value)) === String(value) ? value : SCRUBBED) as Value
  if (typeof value !== 'object' || value === null) return value
  if (depth > DEEPEST) return '[nested too deeply]' as Value
  if (Array.isArray(value)) return value.map(item => scrubbed(item, scrub, depth + 1)) as Value
  if (value instanceof Error) return scrubbedError(value, scrub, depth) as Value
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  const entries = Object.entries(value).map(([name, item]) => [name, scrubbed(item, scrub, depth + 1)])
  return Object.fromEntries(entries) as Value
}

/** The same for JSON text, which stays JSON. */
export function scrubbedJson(json: string, scrub: Scrub): string {
  if (scrub(json) === json) return json
  return rewriteJson(json, (_, text) => {
    const leaf = text()
    if (/^[{[]/.test(leaf) || scrub(leaf) === leaf) return undefined
    return leaf.startsWith('"') ? scrub(leaf) : `"${SCRUBBED}"`
  })
}

function scrubbedError(error: Error, scrub: Scrub, depth: number): Error {
  const copy = Object.create(Object.getPrototypeOf(error))
  // also what has a symbol for its name: it may say how the attempt is to end
  for (const name of new Set(['message', 'stack', ...Reflect.ownKeys(error)])) {
    const enumerable = Object.getOwnPropertyDescriptor(error, name)?.enumerable ?? false
    const value = scrubbed((error as unknown as Record<string | symbol, unknown>)[name], scrub, depth + 1)
    Object.defineProperty(copy, name, { value, enumerable, configurable: true, writable: true })
  }
  return copy
}

/** A text as it is, in JSON and in a URL; of what has parts, each of them. */
function addWords(words: Set<string>, value: unknown): void {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) addWords(words, part)
    return
  }
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  if (text.length < SHORTEST) return
  for (const word of [text, JSON.stringify(text).slice(1, -1), urlForm(text)]) words.add(word)
}

function urlForm(text: string): string {
  try {
    return encodeURIComponent(text)
  } catch {
    return text
  }
}

/** Text that was cut off is as much of a secret as is left of it. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return json.replace(/^"/, '')
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
