import type { Config, LogLevel } from '../framework/config.ts'
import type { Logger } from '../framework/logger.ts'
import { createPrettyLogger } from './pretty-logger.ts'

type LogConfig = Config['log']

/** The logger of a command that goes on and on: pretty for a person at stderr, unless the configuration says otherwise. */
export async function loggerFor(
  { level, format }: LogConfig,
  { verbose, taskWidth }: { readonly verbose: boolean; readonly taskWidth: number },
): Promise<Logger> {
  const isForPeople = (format ?? (process.stderr.isTTY ? 'pretty' : 'json')) === 'pretty'
  const least = verbose ? atLeastDebug(level) : level
  if (isForPeople) return createPrettyLogger({ level: least, taskWidth })
  const { createLogger } = await import('../framework/logger.ts')
  return createLogger({ level: least, format: 'json' })
}

/** The logger of a command that soon ends: a script does not want to hear that all goes well. */
export function briefLogger({ level }: LogConfig, verbose: boolean): Logger {
  if (verbose) return createPrettyLogger({ level: atLeastDebug(level) })
  return createPrettyLogger({ level: level === 'info' && !process.stderr.isTTY ? 'warn' : level })
}

function atLeastDebug(level: LogLevel): LogLevel {
  return level === 'trace' ? level : 'debug'
}
