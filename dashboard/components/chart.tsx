import { Line } from './spark.tsx'

interface ChartProps {
  readonly title: string
  /** What it is now, in words. */
  readonly now: string
  /** Seconds since 1970. */
  readonly times: readonly number[]
  readonly values: readonly (number | null)[]
  readonly unit: 'count' | 'duration'
  readonly tone: string
}

/** A chart: drawn here without axes, and once more by the script, which has them. */
export function Chart({ title, now, times, values, unit, tone }: ChartProps) {
  return (
    <figure class={`panel chart ${tone}`}>
      <figcaption>
        {title} <b>{now}</b>
      </figcaption>
      <div class="plot" data-key={title} data-chart={JSON.stringify({ times, values, unit })} data-keep>
        <svg viewBox="0 0 300 108" preserveAspectRatio="none" role="img" aria-label={`${title}: ${now}`}>
          <Line values={values} width={300} height={108} />
        </svg>
      </div>
    </figure>
  )
}
