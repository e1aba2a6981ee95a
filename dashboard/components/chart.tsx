import { Line } from './spark.tsx'

/** Numbers over time. */
export interface Series {
  /** Seconds since 1970. */
  readonly times: readonly number[]
  readonly values: readonly (number | null)[]
}

interface ChartProps {
  readonly title: string
  /** What it is now, in words. */
  readonly now: string
  readonly series: Series
  readonly unit: 'rate' | 'duration'
  readonly tone?: string
}

/** A chart: drawn here without axes, and once more by the script, which has them. */
export function Chart({ title, now, series: { times, values }, unit, tone = 'available' }: ChartProps) {
  return (
    <figure class={`panel chart ${tone}`}>
      <figcaption>
        {title} <b>{now}</b>
      </figcaption>
      <div class="plot" data-chart={JSON.stringify({ times, values, unit, title })} data-keep>
        <svg viewBox="0 0 300 108" preserveAspectRatio="none" role="img" aria-label={`${title}: ${now}`}>
          <Line values={values} width={300} height={108} />
        </svg>
      </div>
    </figure>
  )
}
