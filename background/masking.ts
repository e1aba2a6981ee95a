import type { Job, JobError } from './job.ts'
import type { AttemptLog } from './job-log.ts'
import { type JsonPath, rewriteJson } from './json-places.ts'
import { scrubbed, scrubbedJson, scrubFor } from './scrubbing.ts'
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

/** A job whose payload and result are JSON text. */
interface Written {
  readonly task: string
  readonly payload: string
  readonly result: string | undefined
  readonly error: JobError | undefined
}

/** A job as anybody may see it: without its secrets, also where they turned up in its error. */
export function maskedRecord<Record extends Written>(job: Record, secrets: Secrets): Record {
  const { task, payload, result, error } = job
  const scrub = scrubFor(task, payload, secrets)
  return {
    ...job,
    payload: masked(task, payload, secrets),
    result:
      result === undefined ? undefined : masked(task, scrub ? scrubbedJson(result, scrub) : result, secrets),
    error: scrub ? scrubbed(error, scrub) : error,
  }
}

/** The same for a job whose payload and result are values. */
export function maskedJob(job: Job, secrets: Secrets): Job {
  const { task, payload, result, error } = job
  const scrub = scrubFor(task, JSON.stringify(payload), secrets)
  return {
    ...job,
    payload: maskedValue(task, payload, secrets),
    result: maskedValue(task, scrub ? scrubbed(result, scrub) : result, secrets),
    error: scrub ? scrubbed(error, scrub) : error,
  }
}

/** What attempts of a job have logged, without its secrets; `payload` is JSON text. */
export function maskedLogs(
  { task, payload }: Pick<Written, 'task' | 'payload'>,
  logs: readonly AttemptLog[],
  secrets: Secrets,
): AttemptLog[] {
  const scrub = scrubFor(task, payload, secrets) ?? (text => text)
  return logs.map(log => ({
    ...log,
    lines: log.lines.map(({ message, fields, ...line }) => ({
      ...line,
      message: scrub(message),
      fields: maskedValue(task, scrubbed(fields, scrub), secrets),
    })),
  }))
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
