import { InvalidOption } from '../../background/operator.ts'

const RANGES = {
  '15m': { minutes: 15, step: 1 },
  '1h': { minutes: 60, step: 1 },
  '24h': { minutes: 1_440, step: 15 },
} as const

/** For how long back charts may go. */
export const RANGE_NAMES = Object.keys(RANGES)

/** `?range=`, an hour by default. @throws InvalidOption */
export function readRange(query: URLSearchParams): {
  readonly range: string
  readonly minutes: number
  readonly step: number
} {
  const range = query.get('range') || '1h'
  if (range in RANGES) return { range, ...RANGES[range as keyof typeof RANGES] }
  throw new InvalidOption(`range is ${JSON.stringify(range)}`, `range is one of ${RANGE_NAMES.join(', ')}`)
}
