import { type Duration, milliseconds } from '../framework/duration.ts'
import { InvalidOption } from './errors.ts'
import { durationOption } from './option-checks.ts'

/**
 * How long a job waits after a failed attempt before the next one:
 * one duration for every attempt, one for each in turn (the last one repeats), or a function of the
 * attempt that failed, counted from 1, and its error. Never more than 24 hours.
 *
 * Default: `exp(min(10, attempt))` seconds, give or take 10 %: 3 s, 7 s, 20 s, 55 s, 2.5 min, …, 6.1 h.
 *
 * @example
 * task({ backoff: ['1s', '10s', '1m'], run })
 */
export type Backoff = Duration | readonly Duration[] | ((attempt: number, error: unknown) => Duration)

/** Milliseconds to wait after attempt number `attempt`, counted from 1, failed with `error`. */
export type Delay = (attempt: number, error: unknown) => number

const LONGEST = milliseconds('24h')

/**
 * The delay that `backoff` stands for.
 *
 * @throws InvalidOption for a duration that cannot be read or is longer than 24 hours.
 */
export function delayFrom(backoff: Backoff | undefined, random = Math.random): Delay {
  if (backoff === undefined) return attempt => exponential(attempt, random)
  if (typeof backoff === 'function') return (attempt, error) => asked(backoff, attempt, error, random)
  const durations: readonly unknown[] = Array.isArray(backoff) ? backoff : [backoff]
  const written = durations.map(checked)
  if (written.length === 0) throw new InvalidOption('backoff is an empty list', 'list at least one duration')
  return attempt => written[Math.min(attempt, written.length) - 1] as number
}

/** Milliseconds to wait after attempt number `attempt` failed, by `backoff` or by default. */
export function delayBefore(attempt: number, backoff?: Backoff, random = Math.random): number {
  return delayFrom(backoff, random)(attempt, undefined)
}

/** The formula of Graphile Worker (Oban's differs in the constants), with jitter so that failures spread out. */
function exponential(attempt: number, random: () => number): number {
  const jitter = 0.9 + random() * 0.2
  return Math.round(Math.exp(Math.min(10, attempt)) * 1_000 * jitter)
}

/** A backoff function that throws or answers nonsense must not cost a job its retry: the default steps in. */
function asked(
  backoff: (attempt: number, error: unknown) => Duration,
  attempt: number,
  error: unknown,
  random: () => number,
): number {
  try {
    return Math.min(LONGEST, milliseconds(backoff(attempt, error)))
  } catch {
    return exponential(attempt, random)
  }
}

function checked(duration: unknown): number {
  const ms = durationOption('backoff', duration)
  if (ms <= LONGEST) return ms
  throw new InvalidOption(
    `backoff is ${duration}`,
    'a backoff is at most 24h; for a longer wait call retryAt()',
  )
}
