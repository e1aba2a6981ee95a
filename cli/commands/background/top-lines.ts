import { JOB_STATES, type Job, type Overview, type QueueInfo } from '../../../background/operator.ts'
import { type Sheet, tableLines } from '../../table.ts'
import { JOB_COLUMNS, STATE_STYLES } from './job-columns.ts'
import { countOf, workersLine } from './overview-lines.ts'
import { QUEUE_COLUMNS } from './queues/run-ls.ts'

/** What one look has seen. */
export interface Sample {
  readonly overview: Overview
  /** Per second, since the look before. */
  readonly rates: { readonly scheduled: number; readonly finished: number }
  readonly queues: readonly QueueInfo[]
  readonly running: readonly Job[]
}

/** The screen: the longest-running jobs and the fullest queues come first, and what does not fit is left out. */
export function sampleLines(
  { overview, rates, queues, running }: Sample,
  sheet: Sheet,
  rows: number,
): string[] {
  const { paint } = sheet
  const perSecond = (rate: number) => `${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s`
  const head = [
    `${paint('bold', 'jobs')}  ${paint('dim', overview.at.toLocaleTimeString('sv'))}  scheduled ${perSecond(rates.scheduled)}, finished ${perSecond(rates.finished)}  ${paint('dim', 'q quits')}`,
    JOB_STATES.map(state => `${paint(STATE_STYLES[state], state)} ${countOf(state, overview)}`).join('  '),
    workersLine(overview, paint),
  ]
  const fullest = [...queues].sort((a, b) => b.available + b.running - a.available - a.running)
  const longest = [...running].sort((a, b) => (a.claimedAt?.getTime() ?? 0) - (b.claimedAt?.getTime() ?? 0))
  const queueLines = queues.length > 0 ? ['', ...tableLines(QUEUE_COLUMNS, fullest, sheet)] : []
  const jobLines = running.length > 0 ? ['', ...tableLines(JOB_COLUMNS, longest, sheet)] : []
  const room = rows - head.length
  // both get half of the screen, and what the other does not need
  const forQueues = Math.max(Math.floor(room / 2), room - jobLines.length)
  const shown = queueLines.slice(0, forQueues)
  return [...head, ...shown, ...jobLines.slice(0, room - shown.length)]
}
