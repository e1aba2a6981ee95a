const LINES_BEFORE = 2
const LINES_AFTER = 1

/** A place in a source text; line and column count from 1, `length` is how many characters are meant. */
export interface Place {
  readonly line: number
  readonly column: number
  readonly length?: number
}

/**
 * The lines around a place, with the place underlined:
 *
 * ```
 *   1 | import { db } from './db'
 * > 2 | const SendEmail = async () => {
 *     |                             ^
 * ```
 */
export function codeFrame(source: string, { line, column, length = 1 }: Place): string {
  const lines = source.split(/\r?\n/)
  const first = Math.max(1, line - LINES_BEFORE)
  const last = Math.min(lines.length, line + LINES_AFTER)
  const width = String(last).length
  const frame: string[] = []
  for (let number = first; number <= last; number++) {
    const text = lines[number - 1] as string
    frame.push(`${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${text}`.trimEnd())
    if (number === line) frame.push(`  ${' '.repeat(width)} | ${underline(text, column, length)}`)
  }
  return frame.join('\n')
}

/** Tabs stay tabs, so that the marks stand under what they mean; marks end with the line. */
function underline(text: string, column: number, length: number): string {
  const indent = text.slice(0, column - 1).replace(/[^\t]/g, ' ')
  return indent + '^'.repeat(Math.max(1, Math.min(length, text.length - column + 1)))
}
