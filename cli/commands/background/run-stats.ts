import { JOB_STATES, type TaskOverview } from '../../../background/operator.ts'
import { humanDuration } from '../../../framework/duration.ts'
import { painterFor, print, printJson } from '../../output.ts'
import type { RemoteOptions } from '../../remote.ts'
import { type Column, printTable, sheetOf, tableLines } from '../../table.ts'
import { STATE_STYLES } from './job-columns.ts'
import { countOf, workersLine } from './overview-lines.ts'
import { withOperator } from './with-operator.ts'

const TASK_COLUMNS: readonly Column<TaskOverview>[] = [
  { header: 'task', least: 12, cell: ({ task }) => task },
  { header: 'completed', align: 'right', cell: ({ completed }) => String(completed) },
  {
    header: 'cancelled',
    align: 'right',
    cell: ({ cancelled }) => (cancelled === 0 ? '' : String(cancelled)),
  },
  {
    header: 'discarded',
    align: 'right',
    cell: ({ discarded }) => ({ text: discarded === 0 ? '' : String(discarded), style: 'red' }),
  },
  { header: 'p50', align: 'right', cell: ({ p50 }) => (p50 === undefined ? '' : humanDuration(p50)) },
  { header: 'p95', align: 'right', cell: ({ p95 }) => (p95 === undefined ? '' : humanDuration(p95)) },
  { header: 'p99', align: 'right', cell: ({ p99 }) => (p99 === undefined ? '' : humanDuration(p99)) },
]

/** What `ks bg stats` does. */
export async function runStats(options: RemoteOptions): Promise<void> {
  const [overview, tasks] = await withOperator(options, ({ statistics }) =>
    Promise.all([statistics.overview(), statistics.tasks()]),
  )
  if (options.json) {
    const told = tasks.map(({ p50 = null, p95 = null, p99 = null, ...task }) => ({ ...task, p50, p95, p99 }))
    return printJson({ ...overview, waited: overview.waited ?? null, tasks: told })
  }
  printTable(
    [
      { header: 'state', cell: state => ({ text: state, style: STATE_STYLES[state] }) },
      { header: 'jobs', align: 'right', cell: state => countOf(state, overview) },
    ],
    JOB_STATES,
  )
  print(`\n${workersLine(overview, painterFor(process.stdout))}`)
  if (tasks.length > 0) print(`\n${tableLines(TASK_COLUMNS, tasks, sheetOf(process.stdout)).join('\n')}`)
}
