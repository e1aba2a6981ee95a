import { whenFresh } from './page.ts'

/** Charts are drawn by a library, which is loaded where there is one. */
export function drawCharts(): void {
  whenFresh(async () => {
    const plots = [...document.querySelectorAll<HTMLElement>('[data-chart]:not([data-drawn])')]
    if (plots.length === 0) return
    for (const plot of plots) plot.dataset.drawn = ''
    const { draw } = await import('./plot.ts')
    for (const plot of plots) draw(plot)
  })
}
