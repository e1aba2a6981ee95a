import { createRequire } from 'node:module'
import type { DestinationStream } from 'pino'
import type { LogFormat, LogLevel } from './config.ts'
import { wantsColor } from './environment.ts'

const require = createRequire(import.meta.url)

/** What belongs to a message: `{ queue: 'email', error }`. Errors among them keep their stack and cause. */
export type LogFields = Readonly<Record<string, unknown>>

type Level = Exclude<LogLevel, 'silent'>
type Log = (message: string, fields?: LogFields) => void

/** Message first, fields second: small enough that any logger can be adapted to it. */
export interface Logger extends Readonly<Record<Level, Log>> {
  /** A logger that adds `fields` to everything it writes. */
  child(fields: LogFields): Logger
  /** Whether `level` is written at all; ask before computing something only for the log. */
  isLevelEnabled(level: Level): boolean
}

/** The part of a pino logger that {@link adaptPino} uses. */
export interface PinoLike extends Record<Level, (fields: object, message: string) => void> {
  child(fields: object): PinoLike
  isLevelEnabled(level: string): boolean
}

/** Where log lines go, and whether a person is reading there. */
export interface LogStream extends DestinationStream {
  readonly isTTY?: boolean | undefined
}

/**
 * Logs to stderr, because stdout is for results: pretty for a person, JSON lines for anything else, unless
 * `format` says otherwise.
 *
 * @example
 * const logger = createLogger({ level: 'info' })
 * logger.info('listening', { port: 3000 })
 */
export function createLogger(options: {
  readonly level: LogLevel
  readonly format?: LogFormat | undefined
  readonly stream?: LogStream | undefined
}): Logger {
  const { level, stream = process.stderr } = options
  const format = options.format ?? (stream.isTTY ? 'pretty' : 'json')
  // only when somebody logs: a configuration file that imports our door does not wait for forty files
  const { pino, stdTimeFunctions }: typeof import('pino') = require('pino')
  const settings = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  return adaptPino(pino(settings, format === 'pretty' ? prettyStream(stream) : stream))
}

/** Any pino logger as a {@link Logger}. */
export function adaptPino(logger: PinoLike): Logger {
  const log = (level: Level, message: string, fields: LogFields) => {
    if (logger.isLevelEnabled(level)) logger[level](withErrors(fields), message)
  }
  return {
    ...methodsOf(log),
    child: fields => adaptPino(logger.child(withErrors(fields))),
    isLevelEnabled: level => logger.isLevelEnabled(level),
  }
}

/**
 * A {@link Logger} that hands what is to be written to a function: each message with its fields, among them those of
 * `child`. What is below `level`, by default `info`, is not written.
 *
 * @example
 * const logger = customLogger((level, message, fields) => winston.log({ ...fields, level, message }))
 */
export function customLogger(
  write: (level: Level, message: string, fields: LogFields) => void,
  { level: least = 'info' }: { readonly level?: LogLevel | undefined } = {},
): Logger {
  const enabled = least === 'silent' ? [] : LEVELS.slice(LEVELS.indexOf(least))
  const isLevelEnabled = (level: Level) => enabled.includes(level)
  const loggerWith = (own: LogFields): Logger => {
    const log = (level: Level, message: string, fields: LogFields) => {
      if (isLevelEnabled(level)) write(level, message, { ...own, ...fields })
    }
    return {
      ...methodsOf(log),
      child: fields => loggerWith({ ...own, ...fields }),
      isLevelEnabled,
    }
  }
  return loggerWith({})
}

const LEVELS: readonly Level[] = ['trace', 'debug', 'info', 'warn', 'error']

/** A method for each level. */
function methodsOf(log: (level: Level, message: string, fields: LogFields) => void): Record<Level, Log> {
  const methodOf = (level: Level): [Level, Log] => [
    level,
    (message, fields = {}) => log(level, message, fields),
  ]
  return Object.fromEntries(LEVELS.map(methodOf)) as Record<Level, Log>
}

/** In this thread, line by line: pino's own way is a worker, which loses the last lines before a crash. */
function prettyStream(stream: LogStream): DestinationStream {
  const { prettyFactory }: typeof import('pino-pretty') = require('pino-pretty')
  const prettify = prettyFactory({
    colorize: wantsColor(stream),
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
  })
  return { write: line => stream.write(prettify(line)) }
}

function withErrors(fields: LogFields): object {
  const entries = Object.entries(fields)
  if (!entries.some(([, value]) => value instanceof Error)) return fields
  return Object.fromEntries(
    entries.map(([key, value]) => [key, value instanceof Error ? plainError(value) : value]),
  )
}

const DEEPEST_CAUSE = 5

/** JSON sees nothing of an Error but its enumerable properties. */
function plainError(error: Error, depth = 0): object {
  const { name, message, stack, cause } = error
  const inner = cause instanceof Error && depth < DEEPEST_CAUSE ? plainError(cause, depth + 1) : cause
  return {
    ...error,
    name: undefined,
    type: name,
    message,
    stack,
    ...(inner === undefined ? {} : { cause: inner }),
  }
}
