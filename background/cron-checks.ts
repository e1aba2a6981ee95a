import { didYouMean } from '../framework/did-you-mean.ts'
import type { CronEntry, CronOptions } from './cron.ts'
import { LONGEST_EXPRESSION, readExpression } from './cron-expression.ts'
import { InvalidOption } from './errors.ts'
import { KEY_MODES } from './key.ts'
import { durationOption, integerOption, oneOfOption, textOption } from './option-checks.ts'
import { encodePayload } from './payload.ts'
import { queueName } from './queue.ts'

const LARGEST_CAP = 1_000

type Check<Option extends keyof CronOptions> = (value: unknown, label: string) => CheckedOption[Option]

interface CheckedOption extends Omit<CronEntry, 'source' | 'tags'> {}

/** How each option is checked; `label` is what the error calls it. */
const CHECKS: { readonly [Option in keyof Required<CronOptions>]: Check<Option> } = {
  task: (value, label) => textOption(label, value, 128),
  expression: expressionOption,
  timeZone: timeZoneOption,
  name: (value, label) => textOption(label, value, 128),
  payload: value => encodePayload(undefined, value, { limit: Number.POSITIVE_INFINITY }) as string,
  queue: value => queueName(value as string),
  priority: (value, label) => integerOption(label, value, -32_768, 32_767),
  maxAttempts: (value, label) => integerOption(label, value, 1, 32_767),
  key: (value, label) => textOption(label, value, 512),
  keyMode: (value, label) => oneOfOption(label, value, KEY_MODES),
  missed: (value, label) => oneOfOption(label, value, ['skip', 'once', 'all']),
  fill: (value, label) => durationOption(label, value),
  cap: (value, label) => integerOption(label, value, 1, LARGEST_CAP),
}

/**
 * One option of an entry, checked and in the unit in which it is stored.
 *
 * @throws InvalidOption, or PayloadNotJson.
 */
export function checkCronOption<Option extends keyof CronOptions>(
  option: Option,
  value: unknown,
  label: string = option,
): CheckedOption[Option] {
  return CHECKS[option](value, label)
}

/** @throws InvalidOption for options that do not exist, with the one that was probably meant. */
export function refuseUnknown(options: unknown): void {
  const known = Object.keys(CHECKS)
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new InvalidOption('a cron entry is no object', `it has some of these: ${known.join(', ')}`)
  const unknown = Object.keys(options).find(option => !known.includes(option))
  if (unknown === undefined) return
  const meant = didYouMean(unknown, known)
  const question = meant ? `; did you mean ${meant}?` : ''
  throw new InvalidOption(
    `a cron entry has no option ${unknown}${question}`,
    `its options: ${known.join(', ')}`,
  )
}

/** @throws InvalidOption for options that would do nothing beside the others. */
export function refuseContradictions({ key, keyMode, missed, fill, cap }: CronOptions): void {
  if (keyMode !== undefined && key === undefined)
    throw new InvalidOption('a key mode is given without a key', 'give a key, or leave the mode out')
  if (missed === 'skip' && fill !== undefined)
    throw new InvalidOption('fill is given, but missed ticks are skipped', 'leave out one of the two')
  if (cap !== undefined && missed !== 'all' && (missed !== undefined || fill === undefined))
    throw new InvalidOption('cap is given, but not all missed ticks are made up for', 'set missed to all')
}

function expressionOption(value: unknown, label: string): string {
  const plain = typeof value === 'string' ? value.trim().replace(/\s+/g, ' ') : value
  const text = textOption(label, plain, LONGEST_EXPRESSION)
  const [mistake] = readExpression(text).mistakes
  if (!mistake) return text
  const where = ` at character ${mistake.at + 1}`
  throw new InvalidOption(`${label} is wrong${where}: ${mistake.message}`, `allowed: ${mistake.allowed}`)
}

function timeZoneOption(value: unknown, label: string): string {
  const text = textOption(label, value, 64)
  if (isTimeZone(text)) return text
  const meant = didYouMean(text, Intl.supportedValuesOf('timeZone'))
  const hint = `${label} is the name of an IANA time zone${meant ? `; did you mean ${meant}?` : ': Europe/Warsaw, UTC'}`
  throw new InvalidOption(`${label} is ${JSON.stringify(text)}, which is no time zone`, hint)
}

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }) !== undefined
  } catch {
    return false
  }
}
