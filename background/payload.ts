import type { StandardSchemaV1 } from '@standard-schema/spec'
import { InvalidPayload, type PayloadIssue, PayloadNotJson, PayloadTooLarge } from './errors.ts'
import { JsonText } from './json-text.ts'
import { findNotJson, looksLikeJson } from './not-json.ts'
import { openPayload, type Sealing } from './sealing.ts'

/** The most bytes a payload may take as JSON unless the configuration says otherwise: 1 MiB. */
export const PAYLOAD_LIMIT = 1_048_576

/** What the payload rules need to know about a task. */
export interface PayloadTask {
  readonly name: string
  readonly schema: StandardSchemaV1 | undefined
}

/**
 * The JSON text to store for a payload, which is the payload exactly as given: the schema only judges it here.
 * What the schema makes of it (defaults, transforms) is made when the job runs, once, by that day's code.
 * No payload is `{}`. A promise only when the schema checks asynchronously.
 *
 * @throws PayloadNotJson, PayloadTooLarge, InvalidPayload; a promise rejects with the last.
 */
export function encodePayload(
  task: PayloadTask | undefined,
  payload: unknown,
  { limit = PAYLOAD_LIMIT }: { readonly limit?: number } = {},
): string | Promise<string> {
  const given = payload instanceof JsonText ? payload.value : payload === undefined ? {} : payload
  const written = toJson(given)
  const text = payload instanceof JsonText ? payload.text : written
  checkSize(text, limit)
  if (!task?.schema) return text
  const checked = task.schema['~standard'].validate(given)
  if (checked instanceof Promise)
    return checked.then(result => accept(task, result, 'schedule')).then(() => text)
  accept(task, checked, 'schedule')
  return text
}

/**
 * The value to hand to the task for a stored payload: what its schema makes of it today, once it has been decrypted.
 * A promise only when the schema checks asynchronously.
 *
 * @throws InvalidPayload when the schema refuses it, a promise rejects with it; KeyMissing, BrokenPayload, PlainPayload
 */
export function decodePayload(task: PayloadTask, text: string, sealing?: Sealing | undefined): unknown {
  const stored = openPayload(task.name, text, sealing)
  if (!task.schema) return stored
  const checked = task.schema['~standard'].validate(stored)
  if (checked instanceof Promise) return checked.then(result => accept(task, result, 'run'))
  return accept(task, checked, 'run')
}

function toJson(payload: unknown): string {
  const text = stringify(payload)
  // JSON.stringify writes NUL and lone surrogates as \u escapes, so text without an escape has neither
  const fine = text !== undefined && !text.includes('\\u') && looksLikeJson(payload)
  if (!fine) refuseNotJson(payload)
  return text as string
}

/** `undefined` for a function or symbol, as ever; anything that JSON.stringify throws at gets a name and a place. */
function stringify(payload: unknown): string | undefined {
  try {
    return JSON.stringify(payload)
  } catch (error) {
    refuseNotJson(payload)
    throw error
  }
}

function refuseNotJson(payload: unknown): void {
  const found = findNotJson(payload)
  if (found) throw new PayloadNotJson(found.path, found.what)
}

/** No character takes more than three bytes per UTF-16 unit, so short text need not be measured. */
function checkSize(text: string, limit: number): void {
  if (text.length * 3 <= limit) return
  const bytes = Buffer.byteLength(text)
  if (bytes > limit) throw new PayloadTooLarge(bytes, limit)
}

function accept(
  task: PayloadTask,
  result: StandardSchemaV1.Result<unknown>,
  when: 'schedule' | 'run',
): unknown {
  if (result.issues) throw new InvalidPayload(task.name, result.issues.map(toIssue), when)
  return result.value
}

function toIssue({ path = [], message }: StandardSchemaV1.Issue): PayloadIssue {
  const keys = path.map(segment => (typeof segment === 'object' ? segment.key : segment))
  const steps = keys.map(key => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
  return { path: steps.join('').replace(/^\./, ''), message }
}
