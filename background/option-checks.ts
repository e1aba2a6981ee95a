import { type Duration, milliseconds } from '../framework/duration.ts'
import { InvalidOption } from './errors.ts'

const SMALLINT = 32_767
const LONGEST_WAIT = milliseconds('36500d')
const CONTROL_OR_LONE_SURROGATE = /[\p{Cc}\p{Cs}]/u

/** How often a job is tried, or `InvalidOption`. */
export function attemptsOption(value: unknown): number {
  return integerOption('maxAttempts', value, 1, SMALLINT)
}

/** A job's priority, or `InvalidOption`. */
export function priorityOption(value: unknown): number {
  return integerOption('priority', value, -SMALLINT - 1, SMALLINT)
}

/** At most 16 words of at most 64 characters, or `InvalidOption`. */
export function tagsOption(value: unknown): readonly string[] {
  return wordsOption('tags', value)
}

/** At most 16 words of at most 64 characters, or `InvalidOption`. */
export function flagsOption(value: unknown): readonly string[] {
  return wordsOption('flags', value)
}

function wordsOption(option: 'tags' | 'flags', value: unknown): readonly string[] {
  const one = `a ${option.slice(0, -1)}`
  if (Array.isArray(value) && value.length <= 16) return value.map(word => textOption(one, word, 64))
  throw new InvalidOption(`${option} is ${show(value)}`, `${option} is an array of at most 16 words`)
}

/** Yes or no, or `InvalidOption`. */
export function flagOption(option: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw new InvalidOption(`${option} is ${show(value)}`, `${option} is true or false`)
}

/** `value` as one of `words`, or `InvalidOption`. */
export function oneOfOption<Word extends string>(
  option: string,
  value: unknown,
  words: readonly Word[],
): Word {
  if (words.includes(value as Word)) return value as Word
  throw new InvalidOption(`${option} is ${show(value)}`, `${option} is one of ${words.join(', ')}`)
}

/** `value` as an integer between `least` and `most`, or `InvalidOption`. */
export function integerOption(option: string, value: unknown, least: number, most: number): number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most)
    return value as number
  throw new InvalidOption(
    `${option} is ${show(value)}`,
    `${option} is a whole number from ${least} to ${most}`,
  )
}

/** `value` as text of 1 to `longest` characters that the database can store unchanged, or `InvalidOption`. */
export function textOption(option: string, value: unknown, longest: number): string {
  const fits = typeof value === 'string' && value.length > 0 && isShort(value, longest)
  if (fits && !CONTROL_OR_LONE_SURROGATE.test(value)) return value
  throw new InvalidOption(
    `${option} is ${show(value)}`,
    `${option} is text of 1 to ${longest} characters, without control characters`,
  )
}

/** As PostgreSQL counts: a character beyond the first 65,536 is one, although it has two places in JavaScript. */
function isShort(text: string, longest: number): boolean {
  return text.length <= longest || (text.length <= 2 * longest && [...text].length <= longest)
}

/** The milliseconds of a duration of at most a hundred years, or `InvalidOption`. */
export function durationOption(option: string, value: unknown): number {
  if (typeof value === 'number' || typeof value === 'string') {
    const ms = parseDuration(option, value)
    if (ms <= LONGEST_WAIT) return ms
  }
  throw invalidDuration(option, value)
}

function parseDuration(option: string, value: Duration): number {
  try {
    return milliseconds(value)
  } catch (error) {
    throw invalidDuration(option, value, error)
  }
}

function invalidDuration(option: string, value: unknown, cause?: unknown): InvalidOption {
  const hint = `${option} is milliseconds as a number, or text with units: 250ms, 30s, 10m, 1h 30m, 7d`
  return new InvalidOption(`${option} is ${show(value)}`, hint, cause)
}

function show(value: unknown): string {
  if (typeof value === 'string')
    return value.length > 60 ? `text of ${value.length} characters` : JSON.stringify(value)
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}
