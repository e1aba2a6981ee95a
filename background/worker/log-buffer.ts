import type { Logger } from '../../framework/logger.ts'
import type { LogLine } from '../job-log.ts'
import { type Scrub, scrubbed } from '../scrubbing.ts'
import type { TaskLog } from '../task-context.ts'

type Level = LogLine['level']

/** What is kept of an attempt: its last lines, as many as fit. */
const MOST_LINES = 100
const MOST_CHARACTERS = 16_384
const LONGEST_MESSAGE = 2_000
const LONGEST_FIELDS = 2_000
/** These are kept whatever the log level of the worker is. */
const ALWAYS: readonly Level[] = ['info', 'warn', 'error']
/** What JSON allows and a database does not: NUL, and halves of characters. */
const NOT_FOR_DATABASES = /\\u(?:0000|d[89a-f][0-9a-f]{2})/gi

/** The last lines that an attempt has logged. One that logs a million lines needs no more memory than one that logs hundred. */
export class LogBuffer {
  #lines: string[] = []
  #characters = 0
  #dropped = 0

  add(level: Level, message: string, fields?: Readonly<Record<string, unknown>>): void {
    const line = lineText(level, message, fields)
    this.#lines.push(line)
    this.#characters += line.length
    while (this.#lines.length > MOST_LINES || this.#characters > MOST_CHARACTERS) {
      this.#characters -= (this.#lines.shift() as string).length
      this.#dropped++
    }
  }

  /** JSON text of what is kept. */
  text(attempt: number): string {
    return `{"attempt":${attempt},"dropped":${this.#dropped},"lines":[${this.#lines.join()}]}`
  }
}

/** A log whose lines go where `logger` leads, and into `buffer`. */
export function keepingLog(logger: Logger, buffer: LogBuffer): TaskLog {
  const write =
    (level: Level): TaskLog[Level] =>
    (message, fields) => {
      if (ALWAYS.includes(level) || logger.isLevelEnabled(level)) buffer.add(level, message, fields)
      logger[level](message, fields)
    }
  const [trace, debug] = [write('trace'), write('debug')]
  return { trace, debug, info: write('info'), warn: write('warn'), error: write('error') }
}

/** A log that writes none of the secrets that `scrub` knows. */
export function scrubbedLog(log: TaskLog, scrub: Scrub): TaskLog {
  const write =
    (level: Level): TaskLog[Level] =>
    (message, fields) =>
      log[level](scrub(String(message)), scrubbed(fields, scrub))
  const [trace, debug] = [write('trace'), write('debug')]
  return { trace, debug, info: write('info'), warn: write('warn'), error: write('error') }
}

function lineText(
  level: Level,
  message: string,
  fields: Readonly<Record<string, unknown>> | undefined,
): string {
  const line = { at: new Date(), level, message: String(message).slice(0, LONGEST_MESSAGE) }
  const more = fields === undefined ? undefined : fieldsText(fields)
  const text = JSON.stringify(line)
  return (more === undefined ? text : `${text.slice(0, -1)},"fields":${more}}`).replace(
    NOT_FOR_DATABASES,
    '\\ufffd',
  )
}

/** Fields that JSON cannot carry, or that are too long, are left out: the message is what matters. */
function fieldsText(fields: Readonly<Record<string, unknown>>): string | undefined {
  try {
    const text = JSON.stringify(fields, (_, value) => readable(value))
    return text !== undefined && text.length <= LONGEST_FIELDS ? text : '{"…":"too long to be kept"}'
  } catch {
    return '{"…":"not to be had as JSON"}'
  }
}

function readable(value: unknown): unknown {
  if (value instanceof Error) return { name: value.name, message: value.message }
  return typeof value === 'bigint' ? String(value) : value
}
