import { whenFresh } from './page.ts'

const drawn = new WeakSet<HTMLElement>()

/** Charts are drawn by a library, which is loaded where there is one. */
export function drawCharts(): void {
  whenFresh(async () => {
    const plots = [...document.querySelectorAll<HTMLElement>('[data-chart]')].filter(one => !drawn.has(one))
    if (plots.length === 0) return
    for (const plot of plots) drawn.add(plot)
    const { draw } = await import('./plot.ts')
    for (const plot of plots) draw(plot)
  })
}
