import { KretesError } from './errors.ts'

/** A length of time: milliseconds as a number, or text such as `'250ms'`, `'30s'`, `'10m'`, `'1h 30m'`, `'7d'`. */
export type Duration = number | string

const UNITS: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}
const PART = /(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)\s*/y

/**
 * Milliseconds of a {@link Duration}.
 *
 * @throws KretesError `INVALID_DURATION` when the text has no or an unknown unit, or the number is negative.
 * @example milliseconds('1h 30m') // 5_400_000
 */
export function milliseconds(duration: Duration): number {
  const parsed = typeof duration === 'number' ? duration : parse(duration.trim())
  if (parsed >= 0 && Number.isFinite(parsed)) return parsed
  throw new KretesError(`not a duration: ${JSON.stringify(duration)}`, {
    code: 'INVALID_DURATION',
    hint: 'write milliseconds as a number, or text with units: 250ms, 30s, 10m, 1h 30m, 7d',
  })
}

function parse(text: string): number {
  let total = 0
  PART.lastIndex = 0
  while (PART.lastIndex < text.length) {
    const match = PART.exec(text)
    if (!match) return Number.NaN
    total += Number(match[1]) * (UNITS[match[2] as string] as number)
  }
  return text === '' ? Number.NaN : total
}

/** A duration as people write it: `3ms`, `1.4s`, `12m 5s`, `6h 12m`. */
export function humanDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)}ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1).replace(/\.0$/, '')}s`
  if (ms < 3_600_000) return pair(ms, 60_000, 'm', 1_000, 's')
  if (ms < 86_400_000) return pair(ms, 3_600_000, 'h', 60_000, 'm')
  return pair(ms, 86_400_000, 'd', 3_600_000, 'h')
}

function pair(ms: number, big: number, bigUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((ms % big) / small)
  return `${Math.floor(ms / big)}${bigUnit}${rest > 0 ? ` ${rest}${smallUnit}` : ''}`
}
