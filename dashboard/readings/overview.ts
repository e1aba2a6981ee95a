import {
  MIGRATION_NAMES,
  type Overview,
  type QueueInfo,
  type Stretch,
  type TaskOverview,
  type WorkerInfo,
} from '../../background/operator.ts'
import type { Asked } from './asked.ts'
import { type Problem, problemsIn } from './problems.ts'
import { readRange } from './range.ts'

/** How everything stands, what is wrong first. */
export interface OverviewReading {
  readonly problems: readonly Problem[]
  readonly overview: Overview
  /** `15m`, `1h` or `24h`. */
  readonly range: string
  readonly series: readonly Stretch[]
  /** The first queues by name. */
  readonly queues: readonly QueueInfo[]
  /** Tasks among the last finished jobs. */
  readonly tasks: readonly TaskOverview[]
  readonly workers: readonly WorkerInfo[]
}

const MOST_QUEUES = 50

/** `?range=` says for how long back the charts go. */
export async function readOverview({ client, query, latencyTarget }: Asked): Promise<OverviewReading> {
  const { statistics } = client
  const { range, minutes, step } = readRange(query)
  const [overview, findings, series, tasks, workers, crons, { queues }] = await Promise.all([
    statistics.overview(),
    statistics.findings(MIGRATION_NAMES),
    statistics.series(minutes, step),
    statistics.tasks(),
    client.workers.list(),
    client.crons.list(),
    client.queues.list({ limit: MOST_QUEUES }),
  ])
  const problems = problemsIn({ overview, findings, queues, tasks, crons, latencyTarget })
  return { problems, overview, range, series, queues, tasks, workers }
}
