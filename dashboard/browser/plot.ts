import uPlot from 'uplot'

interface Chart {
  readonly times: number[]
  readonly values: (number | null)[]
  readonly unit: 'count' | 'duration'
}

/** Draws the chart that an element describes, and again whenever that, its size or the colours change. */
export function draw(element: HTMLElement): void {
  let plot = create(element)
  const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: 132 }))
  resized.observe(element)
  element.addEventListener('fresh', () => {
    const { times, values } = read(element)
    plot.setData([times, values])
  })
  const again = () => {
    plot.destroy()
    plot = create(element)
  }
  document.addEventListener('scheme', again)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again)
}

function read(element: HTMLElement): Chart {
  return JSON.parse(element.dataset.chart as string) as Chart
}

function create(element: HTMLElement): uPlot {
  const { times, values, unit } = read(element)
  const style = getComputedStyle(element)
  const [line, faint] = [resolved(element, 'line'), resolved(element, 'text-faint')]
  const axis = { stroke: faint, font: `11px ${style.fontFamily}`, ticks: { show: false } }
  element.replaceChildren()
  const options: uPlot.Options = {
    ...{ width: element.clientWidth, height: 132, padding: [8, 16, 0, 0] },
    ...{ legend: { show: false }, cursor: { y: false, points: { size: 7 } } },
    scales: {
      y: { range: (_plot, _least, most) => [0, Math.max((most ?? 0) * 1.15, unit === 'count' ? 4 : 10)] },
    },
    axes: [
      { ...axis, size: 24, gap: 4, grid: { show: false }, space: 70, values: '{HH}:{mm}' },
      {
        ...axis,
        size: 44,
        gap: 6,
        space: 36,
        grid: { stroke: line, width: 1 },
        values: (_plot, ticks) => ticks.map(short(unit)),
      },
    ],
    series: [
      {},
      {
        stroke: style.color,
        width: 1.5,
        fill: faded(style.color),
        points: { show: isSparse(values), size: 5 },
        spanGaps: true,
      },
    ],
  }
  return new uPlot(options, [times, values], element)
}

const short = (unit: Chart['unit']) => (value: number) =>
  unit === 'count'
    ? `${+value.toPrecision(3)}`
    : value >= 1_000
      ? `${+(value / 1_000).toPrecision(3)}s`
      : `${value}ms`

/** A line needs two ends. */
const isSparse = (values: readonly (number | null)[]) => values.filter(value => value !== null).length < 3

/** A colour of the style sheet as a canvas takes it. */
function resolved(element: HTMLElement, name: string): string {
  const probe = document.createElement('i')
  probe.style.color = `var(--${name})`
  element.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

const faded = (color: string) => color.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.1)')
