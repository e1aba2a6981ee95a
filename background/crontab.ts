import JSON5 from 'json5'
import { messageOf } from '../framework/errors.ts'
import { type CronEntry, type CronOptions, cronEntry } from './cron.ts'
import { looksLikeField, readExpression } from './cron-expression.ts'
import { type CrontabProblem, type Flaw, flawOf, InvalidCrontab } from './crontab-problems.ts'
import { readQuery } from './crontab-query.ts'

/** An entry and the line that it is written in, counted from 1. */
export interface CrontabEntry {
  readonly entry: CronEntry
  readonly line: number
}

/** A piece of a line and its place in it, an index from 0. */
interface Part {
  readonly at: number
  readonly text: string
}

interface Parts {
  readonly expression: Part
  readonly task: Part
  /** What follows the question mark. */
  readonly query: Part | undefined
  readonly payload: Part
  /** What is none of these. */
  readonly rest: Part
}

interface Line {
  readonly entry?: CronEntry
  readonly flaws: readonly Flaw[]
}

const FORM = '* * * * * TaskName ?option=value&option=value { payload: "in JSON5" }'
const TASK = /^[\p{L}_][\p{L}\p{N}_:/.-]*$/u

/**
 * The entries of a crontab file in Graphile Worker's format, with time zones, seconds, names and nicknames beside.
 * Blank lines and lines that begin with `#` say nothing.
 *
 * @throws InvalidCrontab with all that is wrong in the whole text.
 * @example parseCrontab('0 8 * * MON-FRI SendReport ?tz=Europe/Warsaw&fill=4h { kind: "daily" }')
 */
export function parseCrontab(text: string, file = 'crontab'): CrontabEntry[] {
  const entries: CrontabEntry[] = []
  const problems: CrontabProblem[] = []
  for (const [index, source] of text.split('\n').entries()) {
    if (/^\s*(#|$)/.test(source)) continue
    const line = index + 1
    const { entry, flaws } = readLine(source.trimEnd())
    problems.push(...flaws.map(flaw => ({ line, ...flaw })))
    if (entry) entries.push({ entry, line })
  }
  problems.push(...repeatedNames(entries))
  if (problems.length > 0)
    throw new InvalidCrontab(
      file,
      problems.sort((a, b) => a.line - b.line),
    )
  return entries
}

function readLine(line: string): Line {
  const parts = partsOf(line)
  const query = parts.query ? readQuery(parts.query.text) : { options: {}, flaws: [] }
  const payload = readPayload(parts.payload)
  const flaws = [
    ...flawsOfExpression(parts.expression),
    ...flawsOfTask(parts.task),
    ...query.flaws.map(flaw => ({ ...flaw, column: flaw.column + (parts.query as Part).at })),
    ...payload.flaws,
    ...(parts.rest.text === '' ? [] : [unexpected(parts.rest)]),
  ]
  if (flaws.length > 0) return { flaws }
  const options = { expression: parts.expression.text, task: parts.task.text, ...query.options }
  return entryOf({ ...options, payload: payload.value }, (parts.query ?? parts.task).at + 1)
}

/** What is left to go wrong is between options, such as a mode for a key that is not given. */
function entryOf(options: CronOptions, column: number): Line {
  try {
    return { entry: cronEntry(options, 'crontab'), flaws: [] }
  } catch (error) {
    return { flaws: [flawOf(error, column)] }
  }
}

function partsOf(line: string): Parts {
  const words = [...line.matchAll(/\S+/g)].map(({ 0: text, index: at }) => ({ at, text }))
  const count = countFields(words.map(({ text }) => text))
  const task = words[count] ?? { at: line.length, text: '' }
  const expression = { at: words[0]?.at ?? 0, text: line.slice(words[0]?.at, task.at).trimEnd() }
  const query = words[count + 1]?.text.startsWith('?') ? (words[count + 1] as Part) : undefined
  const end = query ? query.at + query.text.length : task.at + task.text.length
  const tail = line.slice(end)
  const rest = { at: end + (tail.length - tail.trimStart().length), text: tail.trim() }
  const nothing = { at: line.length, text: '' }
  const isPayload = rest.text.startsWith('{')
  return {
    ...{ expression, task },
    query: query && { at: query.at + 1, text: query.text.slice(1) },
    payload: isPayload ? rest : nothing,
    rest: isPayload ? nothing : rest,
  }
}

/** Where the expression ends and the task begins, also when one of them is wrong. */
function countFields(words: readonly string[]): number {
  const [first = '', , , , , sixth = '', seventh = ''] = words
  if (first.startsWith('@')) return 1
  if (looksLikeField(sixth) && TASK.test(seventh)) return 6
  if (TASK.test(sixth)) return 5
  const other = words.findIndex(word => !looksLikeField(word))
  return other < 0 ? words.length : other
}

function flawsOfExpression({ at, text }: Part): Flaw[] {
  return readExpression(text).mistakes.map(({ at: inside, message, allowed }) => {
    return { column: at + inside + 1, message, hint: `allowed: ${allowed}` }
  })
}

function flawsOfTask({ at, text }: Part): Flaw[] {
  if (TASK.test(text)) return []
  const message = text === '' ? 'the line names no task' : `${text.slice(0, 60)} is no name of a task`
  return [{ column: at + 1, message, hint: `a line has the form ${FORM}` }]
}

function readPayload({ at, text }: Part): { readonly value?: unknown; readonly flaws: readonly Flaw[] } {
  if (text === '') return { flaws: [] }
  try {
    return { value: JSON5.parse(text), flaws: [] }
  } catch (error) {
    const inside = (error as { columnNumber?: number }).columnNumber ?? 1
    const message = `the payload is no JSON5: ${messageOf(error).replace(/^JSON5: | at \d+:\d+$/g, '')}`
    return {
      flaws: [{ column: at + inside, message, hint: 'an object on this line: { to: "ann@example.com" }' }],
    }
  }
}

function unexpected({ at, text }: Part): Flaw {
  const message = `${text.slice(0, 60)} is neither ?options nor { a payload }`
  return { column: at + 1, message, hint: `a line has the form ${FORM}` }
}

function repeatedNames(entries: readonly CrontabEntry[]): CrontabProblem[] {
  const lines = new Map<string, number>()
  return entries.flatMap(({ entry: { name }, line }) => {
    const first = lines.get(name)
    if (first === undefined) lines.set(name, line)
    const message = `the id ${name} is taken by line ${first}`
    return first === undefined
      ? []
      : [{ line, column: 1, message, hint: 'give each line its own: ?id=another' }]
  })
}
