import type { JobFacts } from '../../background/operator.ts'
import { humanDuration } from '../../framework/duration.ts'
import { ID_WIDTH, lengthOf, type Paint, pad } from '../output.ts'
import { timeOfDay } from '../pretty-logger.ts'

/** An attempt that is over. */
export interface Ended {
  readonly job: JobFacts
  /** Milliseconds; undefined where it means nothing. */
  readonly waited?: number
  readonly ms: number
  /** `done`, `failed 1/5, again in 18s` */
  readonly outcome: string
}

/** How wide the columns are that depend on names, and the line as a whole. */
export interface Layout {
  readonly task: number
  readonly queue: number
  readonly line: number
}

const FEWEST_DOTS = 3

/** How wide a column for these task names is, within reason. */
export function taskColumn(names: readonly string[]): number {
  return longest(names, 28)
}

/** How wide a column for these queue names is, within reason; none for none. */
export function queueColumn(names: readonly string[]): number {
  return longest(names, 20)
}

/** `09:14:02.118  SendEmail  #81237  email  waited 3ms  ............ 212ms  done`, as wide as the terminal. */
export function jobLine(ended: Ended, layout: Layout, paint: Paint): string {
  const { job, waited, ms, outcome } = ended
  const left = [
    paint('dim', timeOfDay()),
    pad(job.task, layout.task),
    paint('dim', pad(`#${job.id}`, ID_WIDTH)),
  ]
  if (layout.queue > 0 || job.queue) left.push(pad(job.queue ?? '', layout.queue))
  if (waited !== undefined) left.push(paint('dim', `waited ${humanDuration(waited)}`))
  const start = left.join('  ')
  const end = `${humanDuration(ms).padStart(6)}  ${outcome}`
  const room = layout.line - lengthOf(start) - lengthOf(end) - 3
  if (room < FEWEST_DOTS && waited !== undefined) return jobLine({ job, ms, outcome }, layout, paint)
  return `${start}  ${paint('dim', '.'.repeat(Math.max(FEWEST_DOTS, room)))} ${end}`
}

function longest(names: readonly string[], most: number): number {
  return Math.min(most, Math.max(0, ...names.map(name => name.length)))
}
