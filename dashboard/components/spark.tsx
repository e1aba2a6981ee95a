/** How numbers went, as a line without axes. */
export function Spark({ values, label, width = 84, height = 22 }: SparkProps) {
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <Line values={values} width={width} height={height} />
    </svg>
  )
}

export interface SparkProps {
  readonly values: readonly (number | null)[]
  readonly label: string
  readonly width?: number
  readonly height?: number
}

/** The line and the area below it. */
export function Line({ values, width, height }: Required<Omit<SparkProps, 'label'>>) {
  const most = Math.max(1e-9, ...values.map(value => value ?? 0))
  const step = width / Math.max(1, values.length - 1)
  const points = values.map((value, index) => {
    const y = height - 1.5 - ((value ?? 0) / most) * (height - 3)
    return `${(index * step).toFixed(1)},${y.toFixed(1)}`
  })
  if (points.length < 2) return <></>
  return (
    <>
      <polygon
        points={`0,${height} ${points.join(' ')} ${width},${height}`}
        fill="currentColor"
        opacity="0.1"
      />
      <polyline
        points={points.join(' ')}
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
        stroke-linejoin="round"
        vector-effect="non-scaling-stroke"
      />
    </>
  )
}
