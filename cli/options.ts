import { type Command, InvalidArgumentError, Option } from 'commander'
import type { LogFormat } from '../framework/config.ts'
import { milliseconds } from '../framework/duration.ts'
import { POINT_IN_TIME, pointInTime } from '../framework/point-in-time.ts'

/** The flags that every command has. */
export interface CommonOptions {
  readonly json?: true
  readonly verbose?: true
}

/** Adds the flags that every command has, after its own. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--json', 'write JSON to stdout, errors too')
    .option('-v, --verbose', 'say more, and show the stacks of errors')
}

/** Adds the flag for how a long-running command reports. */
export function withLogOption(command: Command): Command {
  const choices = new Option('--log <format>', 'lines for people or JSON (default: pretty in a terminal)')
  return command.addOption(choices.choices(['pretty', 'json']))
}

/** How a long-running command was asked to report; undefined leaves it to the configuration and the terminal. */
export function logFormatOf({
  log,
  json,
}: CommonOptions & { readonly log?: LogFormat }): LogFormat | undefined {
  return log ?? (json ? 'json' : undefined)
}

/** A whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return text => {
    const value = Number(text)
    if (/^[+-]?\d+$/.test(text) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`Write a whole number from ${least} to ${most}.`)
  }
}

/** Milliseconds of a duration. */
export function duration(text: string): number {
  try {
    return milliseconds(text)
  } catch {
    throw new InvalidArgumentError('Write it with a unit: 250ms, 30s, 10m, 1h 30m, 7d.')
  }
}

/** A time of day; without a zone it is the local one. */
export function time(text: string): Date {
  const time = pointInTime(text)
  if (time) return time
  throw new InvalidArgumentError(`Write it as ${POINT_IN_TIME}.`)
}

/** Collects the values of a flag that may be repeated. */
export function repeated(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value]
}
