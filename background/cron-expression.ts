/** Something in a text that means nothing: where, what, and what may stand there instead. */
export interface Mistake {
  /** Index in the text, from 0. */
  readonly at: number
  readonly message: string
  readonly allowed: string
}

/** An expression taken apart. Without mistakes, `pattern` says the same in six fields of numbers, seconds first. */
export interface CronExpression {
  readonly pattern: string
  readonly mistakes: readonly Mistake[]
}

interface FieldKind {
  readonly name: string
  readonly least: number
  readonly most: number
  readonly names?: readonly string[]
}

interface Field {
  readonly at: number
  readonly text: string
  readonly values: ReadonlySet<number>
  readonly mistakes: readonly Mistake[]
}

/** Longer than any expression that means something; what is longer is not even looked at. */
export const LONGEST_EXPRESSION = 256

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const MOST_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const SUNDAY = 7

const KINDS: readonly FieldKind[] = [
  { name: 'second', least: 0, most: 59 },
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day of the month', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12, names: MONTHS },
  { name: 'day of the week', least: 0, most: 6, names: DAYS },
]

const NICKNAMES: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

const FORM =
  '5 fields (minute, hour, day of the month, month, day of the week), 6 with seconds first, or a nickname: '
const ITEM = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/

/** Takes `text` apart and finds everything that is wrong with it. */
export function readExpression(text: string): CronExpression {
  if (text.length > LONGEST_EXPRESSION) {
    const message = `the expression has ${text.length} characters`
    return { pattern: '', mistakes: [{ at: 0, message, allowed: `at most ${LONGEST_EXPRESSION}` }] }
  }
  const words = [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => ({ at: index, word }))
  const [first, second] = words
  if (first?.word.startsWith('@') && !second) return readNickname(first)
  if (words.length !== 5 && words.length !== 6) return { pattern: '', mistakes: [wrongCount(words.length)] }
  const kinds = words.length === 6 ? KINDS : KINDS.slice(1)
  const fields = words.map(({ at, word }, index) => readField(kinds[index] as FieldKind, word, at))
  const mistakes = fields.flatMap(field => field.mistakes)
  return { pattern: patternOf(fields), mistakes: mistakes.length > 0 ? mistakes : neverIn(fields) }
}

/** Whether `word` was meant as one of an expression's fields, right or wrong, and not as the name of a task. */
export function looksLikeField(word: string): boolean {
  const letters = word.toUpperCase().match(/[A-Z]+/g) ?? []
  return /^[\dA-Z*]/i.test(word) && letters.every(name => DAYS.includes(name) || MONTHS.includes(name))
}

function readNickname({ at, word }: { readonly at: number; readonly word: string }): CronExpression {
  const meaning = NICKNAMES[word.toLowerCase()]
  if (meaning !== undefined) return readExpression(meaning)
  return { pattern: '', mistakes: [{ at, message: `${word} is no nickname`, allowed: nicknames() }] }
}

function readField(kind: FieldKind, text: string, at: number): Field {
  const values = new Set<number>()
  const mistakes: Mistake[] = []
  let offset = 0
  for (const item of text.split(',')) {
    const read = readItem(kind, item)
    if (typeof read === 'string') mistakes.push({ at: at + offset, message: read, allowed: allowedIn(kind) })
    else for (const value of read) values.add(value)
    offset += item.length + 1
  }
  return { at, text: text.replace(/\*\/0*1(?=,|$)/g, '*'), values, mistakes }
}

/** The values that one part of a list stands for, or what is wrong with it. */
function readItem(kind: FieldKind, item: string): readonly number[] | string {
  const [, from = '', to, stepText] = ITEM.exec(item) ?? []
  const told = item === '' ? 'an empty part of a list' : item
  if (from === '' || (from === '*' && to !== undefined)) return `${told} is no ${kind.name}`
  if (stepText !== undefined && from !== '*' && to === undefined)
    return `${told} is a step without a range; write ${from}-${kind.most}/${stepText}`
  const step = stepText === undefined ? 1 : Number(stepText)
  if (step < 1 || step > kind.most - kind.least + 1) return `${stepText} is no step for the ${kind.name}`
  const low = from === '*' ? kind.least : numberOf(kind, from)
  const high = from === '*' ? kind.most : to === undefined ? low : endOf(kind, low, numberOf(kind, to))
  if (low === undefined || high === undefined) return `${low === undefined ? from : to} is no ${kind.name}`
  if (low > high)
    return `${told} runs backwards; write it as two parts: ${from}-${kind.most},${kind.least}-${to}`
  return valuesIn(low, high, step).map(value => (isWeekday(kind) ? value % SUNDAY : value))
}

function numberOf(kind: FieldKind, text: string): number | undefined {
  const named = kind.names?.indexOf(text.toUpperCase()) ?? -1
  if (named >= 0) return named + kind.least
  const value = /^\d+$/.test(text) ? Number(text) : -1
  const most = isWeekday(kind) ? SUNDAY : kind.most
  return value >= kind.least && value <= most ? value : undefined
}

/** The week begins with Sunday, and ends with it where a range such as `FRI-SUN` says so. */
function endOf(kind: FieldKind, low: number | undefined, high: number | undefined): number | undefined {
  return isWeekday(kind) && high === 0 && low !== 0 ? SUNDAY : high
}

function valuesIn(low: number, high: number, step: number): number[] {
  return Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, index) => low + index * step)
}

function isWeekday({ names }: FieldKind): boolean {
  return names === DAYS
}

/**
 * What time of day it is keeps its text, because at a change of clocks `30 2` is a time of day and `*` is not. Days
 * become lists: a field that leaves no day out is a star, however it was written, so that only restricted ones count.
 */
function patternOf(fields: readonly Field[]): string {
  const times = fields.slice(0, -3).map(({ text }) => text)
  const days = fields.slice(-3).map(({ values }, index) => {
    const { least, most } = KINDS[index + 3] as FieldKind
    return values.size === most - least + 1 ? '*' : [...values].sort((a, b) => a - b).join()
  })
  return [...(times.length === 3 ? [] : ['0']), ...times, ...days].join(' ')
}

/** 30 February: right in every field, and never. */
function neverIn(fields: readonly Field[]): Mistake[] {
  const [days, months, weekdays] = fields.slice(-3) as [Field, Field, Field]
  const first = Math.min(...days.values)
  const isEver =
    weekdays.values.size < 7 || [...months.values].some(month => first <= (MOST_DAYS[month - 1] as number))
  if (isEver) return []
  const message = `no month that is given has a day ${first}`
  return [{ at: days.at, message, allowed: 'a date that exists, if only in leap years' }]
}

function wrongCount(count: number): Mistake {
  return {
    at: 0,
    message: `the expression has ${count} field${count === 1 ? '' : 's'}`,
    allowed: FORM + nicknames(),
  }
}

function allowedIn({ least, most, names }: FieldKind): string {
  const named = names ? ` or ${names[0]} to ${names.at(-1)}` : ''
  return `${least} to ${names === DAYS ? SUNDAY : most}${named}, a range 2-5, a step */2 or 2-5/2, a list of these, or *`
}

function nicknames(): string {
  return Object.keys(NICKNAMES).join(', ')
}
