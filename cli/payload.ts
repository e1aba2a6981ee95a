import { readFile } from 'node:fs/promises'
import { text as readAll } from 'node:stream/consumers'
import { codeFrame } from '../framework/code-frame.ts'
import { KretesError, messageOf } from '../framework/errors.ts'
import { isPlainObject } from '../framework/plain-object.ts'
import { UsageError } from './errors.ts'
import { findMistake, type Mistake } from './json-mistake.ts'
import { indent } from './output.ts'

/** The places a payload may come from. */
export interface PayloadSources {
  /** JSON, or `-` for standard input. */
  readonly argument?: string | undefined
  /** The name of a file with JSON. */
  readonly file?: string | undefined
  /** Single properties, over what the others say: `to=ann@example.com`, `count:=3`. */
  readonly set?: readonly string[] | undefined
}

/** How error messages call what was typed. */
const ARGUMENT = 'the payload'
const JSON_RULES = 'JSON has names and strings in double quotes, and no comma after the last item'
const QUOTES = `put the whole payload in single quotes, '{"to":"ann@example.com"}', or write --set to=ann@example.com`
const WINDOWS_QUOTES = 'write --set to=ann@example.com, or put the payload into a file: -f payload.json'
const LONGEST_LINE_SHOWN = 200

/**
 * The payload that was typed; undefined when none was.
 *
 * @throws UsageError when it comes from two places, or its file cannot be read; KretesError `INVALID_JSON`.
 */
export async function readPayload({ argument, file, set = [] }: PayloadSources): Promise<unknown> {
  if (argument !== undefined && file !== undefined)
    throw new UsageError('the payload is given twice: as an argument and as a file', 'keep one of them')
  const base = await readBase(argument, file)
  if (set.length === 0) return base
  if (base !== undefined && !isPlainObject(base))
    throw new UsageError(
      '--set needs a payload that is an object',
      'leave --set out, or write {…} as the payload',
    )
  return { ...base, ...Object.fromEntries(set.map(readAssignment)) }
}

/**
 * A payload there is with what was typed: another one from a file, single properties over that.
 *
 * @throws as {@link readPayload}
 */
export async function changedPayload(
  payload: unknown,
  { file, set }: Omit<PayloadSources, 'argument'>,
): Promise<unknown> {
  const argument = file === undefined ? JSON.stringify(payload) : undefined
  return readPayload({ argument, file, set })
}

async function readBase(argument: string | undefined, file: string | undefined): Promise<unknown> {
  if (file !== undefined) return parse(await readPayloadFile(file), file)
  if (argument === '-') return parse(await readAll(process.stdin), 'standard input')
  return argument === undefined ? undefined : parse(argument, ARGUMENT)
}

async function readPayloadFile(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(error => {
    const isMissing = error.code === 'ENOENT'
    throw new UsageError(
      isMissing ? `there is no file ${file}` : `${file} cannot be read: ${messageOf(error)}`,
      'correct the path after -f',
    )
  })
}

/** Editors on Windows like to begin a file with a byte order mark. */
function parse(given: string, source: string): unknown {
  const text = given.replace(/^\ufeff/, '').trimEnd()
  try {
    return JSON.parse(text)
  } catch (error) {
    throw malformed(text, source, error)
  }
}

/** `count:=3` is JSON, `to=ann@example.com` is text. */
function readAssignment(assignment: string): readonly [key: string, value: unknown] {
  const [, key, operator, value] = /^([^=]+?)(:?=)(.*)$/s.exec(assignment) ?? []
  if (key === undefined || value === undefined)
    throw new UsageError(
      `--set ${assignment} sets nothing`,
      'write --set to=ann@example.com for text, --set count:=3 for any other JSON',
    )
  return [key, operator === ':=' ? parse(value, `the value of ${key}`) : value]
}

function malformed(text: string, source: string, cause: unknown): KretesError {
  const mistake = text.trim() === '' ? undefined : findMistake(text)
  const what = mistake ? `not JSON: ${describe(text, mistake)}` : 'empty'
  return new KretesError(`${source} is ${what}`, { code: 'INVALID_JSON', hint: hintFor(text, source), cause })
}

function describe(text: string, { offset, expected }: Mistake): string {
  const lines = text.slice(0, offset).split('\n')
  const place = { line: lines.length, column: (lines.at(-1) as string).length + 1 }
  const where = place.line === 1 ? `column ${place.column}` : `line ${place.line}, column ${place.column}`
  const isShort = text.split('\n').every(line => line.length <= LONGEST_LINE_SHOWN)
  return `${expected} (${where})${isShort ? `\n${indent(codeFrame(text, place))}` : ''}`
}

/** A shell is behind many mistakes: it takes quotes away, or does not know single ones. */
function hintFor(text: string, source: string): string {
  if (source !== ARGUMENT) return JSON_RULES
  const lostQuotes = !/["']/.test(text)
  const quotes = process.platform === 'win32' ? WINDOWS_QUOTES : QUOTES
  return lostQuotes ? `the shell may have taken the quotes: ${quotes}` : `${JSON_RULES}; ${quotes}`
}
