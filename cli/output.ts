import { stripVTControlCharacters, styleText } from 'node:util'
import { wantsColor } from '../framework/environment.ts'

export type Style = Parameters<typeof styleText>[0]

/** Gives text a style where that can be seen. */
export type Paint = (style: Style, text: string) => string

/** A place to write for people or programs: stdout for results, stderr for messages. */
export type Stream = NodeJS.WriteStream

const NARROWEST = 40
/** The column of a job's id. */
export const ID_WIDTH = 7
const GAP = '  '

/** How text for `stream` is styled: not at all unless a person watches or FORCE_COLOR says so. */
export function painterFor(stream: Stream): Paint {
  if (!wantsColor(stream)) return (_, text) => text
  return (style, text) => styleText(style, text, { validateStream: false })
}

/** How many characters fit on a line. */
export function widthOf(stream: Stream): number {
  return Math.max(NARROWEST, stream.columns || 100)
}

/** How much room `text` takes on a screen. */
export function lengthOf(text: string): number {
  return stripVTControlCharacters(text).length
}

/** `text` filled up to `length` on the screen. */
export function pad(text: string, length: number): string {
  return text + ' '.repeat(Math.max(0, length - lengthOf(text)))
}

/** `text` with an ellipsis for what is beyond `length`. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`
}

/** `text` on one line, without what would command a terminal: it comes from jobs, and so from anybody. */
export function printable(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/\p{Cc}/gu, '\ufffd')
}

/** The same for several lines. */
export function printableLines(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, '  ')
    .replace(/(?!\n)\p{Cc}/gu, '\ufffd')
}

/** Rows as lines, their columns below each other. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map(row => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map(row => lengthOf(row[column] ?? ''))),
  )
  return rows.map(row =>
    row
      .map((cell, column) => pad(cell, widths[column] as number))
      .join(GAP)
      .trimEnd(),
  )
}

/** Every line of `text` moved to the right. */
export function indent(text: string, by = GAP): string {
  return text.replace(/^(?=.)/gm, by)
}

/** `3 jobs`, `1 job`. */
export function plural(number: number, noun: string, write: (number: number) => string = String): string {
  return `${write(number)} ${noun}${number === 1 ? '' : 's'}`
}

/** `12,300` */
export function count(number: number): string {
  return number.toLocaleString('en')
}

/** Writes results, for whoever reads stdout. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Writes a result for programs: one JSON text on a line. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value))
}

/** Says something to the person at the keyboard. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
