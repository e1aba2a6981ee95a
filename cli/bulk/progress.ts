import { monotonic } from '../../framework/clock.ts'
import { humanDuration } from '../../framework/duration.ts'
import { isCI } from '../../framework/environment.ts'
import { count } from '../output.ts'

const BAR = 24
const REDRAW_MS = 100
/** Where nobody watches a bar, a line is enough now and then. */
const LINE_MS = 10_000

/** How far a long command is, on stderr: a bar in a terminal, elsewhere a line every ten seconds. */
export class Progress {
  readonly #total: number | undefined
  readonly #isBar = process.stderr.isTTY === true && !isCI()
  readonly #since = monotonic()
  #shownAt = monotonic()
  #isDrawn = false

  /** Undefined when nobody knows how much there is. */
  constructor(total: number | undefined) {
    this.#total = total
  }

  show(done: number): void {
    const now = monotonic()
    if (now - this.#shownAt < (this.#isBar ? REDRAW_MS : LINE_MS)) return
    this.#shownAt = now
    const text = describe(done, this.#total, now - this.#since)
    this.#isDrawn = this.#isBar
    process.stderr.write(this.#isBar ? `\r\u001b[K${text}` : `${text}\n`)
  }

  /** The line is free again. */
  end(): void {
    if (this.#isDrawn) process.stderr.write('\r\u001b[K')
  }
}

/** `[########----------------] 12,300 of 50,000  4,100/s  9s left` */
export function describe(done: number, total: number | undefined, ms: number): string {
  const rate = done / Math.max(ms / 1_000, 0.001)
  const speed = `${count(Math.round(rate))}/s`
  if (total === undefined) return `${count(done)}  ${speed}`
  const full = Math.round((Math.min(done, total) / Math.max(total, 1)) * BAR)
  const left = rate > 0 ? `  ${humanDuration(Math.ceil((total - done) / rate) * 1_000)} left` : ''
  const isOver = done >= total
  return `[${'#'.repeat(full)}${'-'.repeat(BAR - full)}] ${count(done)} of ${count(total)}  ${speed}${isOver ? '' : left}`
}
