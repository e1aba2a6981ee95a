import { type Command, InvalidArgumentError, Option } from 'commander'
import type { LogFormat } from '../framework/config.ts'
import { milliseconds } from '../framework/duration.ts'

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

const TIME = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:?\d\d)?$/i

/** A time of day; without a zone it is the local one, also for a day alone, which JavaScript would take as UTC. */
export function time(text: string): Date {
  const [day, rest = 'T00:00'] = [text.slice(0, 10), text.slice(10) || undefined]
  const date = new Date(`${day}${rest}`)
  if (TIME.test(text) && isInCalendar(day) && !Number.isNaN(date.getTime())) return date
  throw new InvalidArgumentError(
    'Write it as 2026-11-22, 2026-11-22T08:30 (local time) or 2026-11-22T08:30Z.',
  )
}

/** JavaScript takes the 31st of February for the 3rd of March. */
function isInCalendar(day: string): boolean {
  return new Date(`${day}T00:00Z`).getUTCDate() === Number(day.slice(8))
}

/** Collects the values of a flag that may be repeated. */
export function repeated(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value]
}
