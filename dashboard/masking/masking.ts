import { type JsonPath, rewriteJson } from './json-text.ts'
import type { Secrets } from './secrets.ts'

/** What stands where a secret would. */
export const MASK = '"[secret]"'
const TOO_DEEP = '"[nested too deeply to be shown]"'

/** JSON text of a job of `task`, which may be cut off, without its secrets. */
export function masked(task: string, text: string, secrets: Secrets): string {
  if (!secrets.has(task)) return text
  try {
    return rewriteJson(text, path => (secrets.isAt(task, path) ? MASK : undefined))
  } catch (error) {
    if (error instanceof RangeError) return TOO_DEEP
    throw error
  }
}

/** A value without its secrets. */
export function maskedValue<Value>(task: string, value: Value, secrets: Secrets): Value {
  if (value === undefined || !secrets.has(task)) return value
  return JSON.parse(masked(task, JSON.stringify(value), secrets))
}

/** What somebody has written who saw `original` masked: secrets they have left as they were are put back. */
export function unmasked(
  task: string,
  text: string,
  { original, secrets }: { readonly original: string; readonly secrets: Secrets },
): string {
  if (!secrets.has(task)) return text
  const kept = new Map<string, string>()
  const key = (path: JsonPath) => JSON.stringify(path)
  rewriteJson(original, (path, value) => {
    if (!secrets.isAt(task, path)) return undefined
    kept.set(key(path), value())
    return ''
  })
  return rewriteJson(text, (path, value) =>
    kept.has(key(path)) && value() === MASK ? kept.get(key(path)) : undefined,
  )
}
