import { inspect } from 'node:util'
import type { LogLevel } from '../framework/config.ts'
import { isKretesError, messageOf } from '../framework/errors.ts'
import type { LogFields, Logger } from '../framework/logger.ts'
import { ID_WIDTH, indent, type Paint, pad, painterFor, type Stream, type Style } from './output.ts'

type Level = Exclude<LogLevel, 'silent'>

const LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'silent']
const STYLES: Record<Level, Style> = {
  trace: 'dim',
  debug: 'dim',
  info: 'reset',
  warn: 'yellow',
  error: ['red', 'bold'],
}

export interface PrettyLoggerOptions {
  readonly level: LogLevel
  readonly stream?: Stream
  /** How wide the names of tasks are, so that the lines of jobs stand below each other. */
  readonly taskWidth?: number
}

/** A logger that writes as the rest of `ks` does: the time, whose line it is, the message, then what belongs to it. */
export function createPrettyLogger(options: PrettyLoggerOptions): Logger {
  return new PrettyLogger(options, {})
}

/** The time of day, to the millisecond. */
export function timeOfDay(date = new Date()): string {
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(part =>
    String(part).padStart(2, '0'),
  )
  return `${time.join(':')}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

class PrettyLogger implements Logger {
  readonly #options: PrettyLoggerOptions
  readonly #fields: LogFields
  readonly #stream: Stream
  readonly #paint: Paint

  constructor(options: PrettyLoggerOptions, fields: LogFields) {
    this.#options = options
    this.#fields = fields
    this.#stream = options.stream ?? process.stderr
    this.#paint = painterFor(this.#stream)
  }

  trace(message: string, fields?: LogFields): void {
    this.#log('trace', message, fields)
  }

  debug(message: string, fields?: LogFields): void {
    this.#log('debug', message, fields)
  }

  info(message: string, fields?: LogFields): void {
    this.#log('info', message, fields)
  }

  warn(message: string, fields?: LogFields): void {
    this.#log('warn', message, fields)
  }

  error(message: string, fields?: LogFields): void {
    this.#log('error', message, fields)
  }

  child(fields: LogFields): Logger {
    return new PrettyLogger(this.#options, { ...this.#fields, ...fields })
  }

  isLevelEnabled(level: Level): boolean {
    return LEVELS.indexOf(level) >= LEVELS.indexOf(this.#options.level)
  }

  #log(level: Level, message: string, fields: LogFields = {}): void {
    if (!this.isLevelEnabled(level)) return
    const { task, job, attempt: _, error, ...rest } = { ...this.#fields, ...fields }
    const paint = this.#paint
    const label = level === 'info' ? '' : `${paint(STYLES[level], level)}  `
    const who = job === undefined ? '' : `${this.#jobName(String(task), String(job))}  `
    const what = error === undefined ? message : `${message}: ${messageOf(error)}`
    const extra = Object.entries(rest).map(([key, value]) => `  ${paint('dim', `${key}=`)}${shown(value)}`)
    const stack = error instanceof Error && !isKretesError(error) ? `\n${paint('dim', stackOf(error))}` : ''
    this.#stream.write(`${paint('dim', timeOfDay())}  ${who}${label}${what}${extra.join('')}${stack}\n`)
  }

  #jobName(task: string, id: string): string {
    return `${pad(task, this.#options.taskWidth ?? 0)}  ${this.#paint('dim', pad(`#${id}`, ID_WIDTH))}`
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { breakLength: Infinity, depth: 3 })
}

/** The stack without its first lines, which repeat the message. */
function stackOf({ stack = '' }: Error): string {
  return indent(
    stack
      .split('\n')
      .filter(line => /^ +at /.test(line))
      .join('\n'),
    '      ',
  )
}
