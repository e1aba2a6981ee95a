import type { Stretch } from '../../background/operator.ts'
import type { Asked } from './asked.ts'
import { readRange } from './range.ts'

/** How the work went, stretch by stretch. */
export interface SeriesReading {
  /** `15m`, `1h` or `24h`. */
  readonly range: string
  readonly series: readonly Stretch[]
}

/** `?range=` says for how long back. */
export async function readSeries({ client, query }: Asked): Promise<SeriesReading> {
  const { range, minutes, step } = readRange(query)
  return { range, series: await client.statistics.series(minutes, step) }
}
