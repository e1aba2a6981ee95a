import type { Stretch } from '../../background/operator.ts'
import { humanDuration } from '../../framework/duration.ts'
import { Chart } from './chart.tsx'
import { counted } from './numbers.ts'

/** How the work went lately: how much, how badly, and how long it had to wait. */
export function Charts({ series, now }: { series: readonly Stretch[]; now: Date }) {
  const times = series.map(({ at }) => Math.round(at.getTime() / 1_000))
  const minutes = Math.max(1, ((times[1] ?? 0) - (times[0] ?? 0)) / 60)
  // the last stretch has not ended yet
  const lasted = ({ at }: Stretch) => Math.min(minutes, (now.getTime() - at.getTime()) / 60_000)
  const completed = series.map(one => perMinute(one.completed, lasted(one)))
  const failed = series.map(one => perMinute(one.failed + one.ended, lasted(one)))
  const waited = series.map(({ waited95 }) => waited95 ?? null)
  const rate = (values: readonly (number | null)[]) => `${counted(lastWhole(values) ?? 0)} / min`
  const wait = waited.findLast(value => value !== null)
  return (
    <div class="charts">
      <Chart
        title="Completed"
        now={rate(completed)}
        times={times}
        values={completed}
        unit="count"
        tone="completed"
      />
      <Chart title="Failed" now={rate(failed)} times={times} values={failed} unit="count" tone="discarded" />
      <Chart
        title="Wait to start, 95 of 100"
        now={wait == null ? '–' : `≤ ${humanDuration(wait)}`}
        {...{ times, values: waited, unit: 'duration', tone: 'available' }}
      />
    </div>
  )
}

/** The last stretch has only begun, so it says too little. */
function lastWhole(values: readonly (number | null)[]): number | null | undefined {
  return values.at(-2) ?? values.at(-1)
}

/** Workers tell every five seconds: of less time there is too little to make a rate of. */
const SHORTEST_MINUTES = 1 / 3

function perMinute(count: number, minutes: number): number | null {
  if (minutes < SHORTEST_MINUTES) return null
  const rate = count / minutes
  return rate >= 10 ? Math.round(rate) : Math.round(rate * 10) / 10
}
