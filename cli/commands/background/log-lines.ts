import type { AttemptLog, LogLine } from '../../../background/operator.ts'
import { type Paint, printable, printableLines, type Style } from '../../output.ts'
import { timeOfDay } from '../../pretty-logger.ts'
import { localTime } from '../../relative-time.ts'

const STYLES: Readonly<Record<LogLine['level'], Style>> = {
  trace: 'dim',
  debug: 'dim',
  info: 'reset',
  warn: 'yellow',
  error: 'red',
}

/** An attempt and what it has logged, for people. */
export function logLines({ attempt, dropped, lines }: AttemptLog, paint: Paint): string[] {
  const [first] = lines
  const when = first ? `, from ${localTime(first.at)}` : ''
  const before = dropped > 0 ? [paint('dim', `  ${dropped} lines before these were not kept`)] : []
  return [
    paint('bold', `attempt ${attempt}${when}`),
    ...before,
    ...lines.map(line => `  ${logLine(line, paint)}`),
  ]
}

function logLine({ at, level, message, fields }: LogLine, paint: Paint): string {
  const what = printableLines(message).replaceAll('\n', '\n    ')
  const more = fields ? ` ${paint('dim', printable(JSON.stringify(fields)))}` : ''
  return `${paint('dim', timeOfDay(at))}  ${paint(STYLES[level], level === 'info' ? what : `${level} ${what}`)}${more}`
}
