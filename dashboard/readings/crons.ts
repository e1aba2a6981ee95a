import { type CronInfo, type JobState, masked, nextTicks } from '../../background/operator.ts'
import type { Asked } from './asked.ts'

/** A cron entry, when it is due next, and what became of its last jobs. */
export interface CronRow extends CronInfo {
  readonly next: readonly Date[]
  /** The newest first; those that are no longer kept are left out. */
  readonly last: readonly {
    readonly id: string
    readonly state: JobState
    readonly finishedAt: Date | undefined
  }[]
}

export interface CronsReading {
  readonly crons: readonly CronRow[]
  /** Names of those that an entry could be for. */
  readonly tasks: readonly string[]
}

export interface CronReading {
  readonly cron: CronRow
}

const NEXT = 5
/** The last jobs of all entries are found in one go. */
const MOST_JOBS = 1_000

export async function readCrons(asked: Asked): Promise<CronsReading> {
  const { client } = asked
  const [crons, workers, { registry }] = await Promise.all([
    client.crons.list(),
    client.workers.list(),
    client.tasks(),
  ])
  const tasks = new Set([...registry.names, ...workers.flatMap(worker => worker.tasks)])
  return { crons: await rowsOf(crons, asked), tasks: [...tasks].sort() }
}

/** The entry `:name`. @throws CronNotFound */
export async function readCron(asked: Asked): Promise<CronReading> {
  const found = await asked.client.crons.get(asked.params.name ?? '')
  const [cron] = (await rowsOf([found], asked)) as [CronRow]
  return { cron }
}

async function rowsOf(crons: readonly CronInfo[], { client, secrets }: Asked): Promise<CronRow[]> {
  const ids = crons.flatMap(({ recentJobs }) => recentJobs).slice(0, MOST_JOBS)
  const where = `id:${ids.join(',')}`
  const { jobs } = ids.length > 0 ? await client.records.list({ where, limit: MOST_JOBS }) : { jobs: [] }
  const byId = new Map(jobs.map(job => [job.id, job]))
  return crons.map(cron => ({
    ...cron,
    payload: masked(cron.task, cron.payload, secrets),
    next: cron.pausedAt ? [] : nextTicks(cron, NEXT, new Date()),
    last: cron.recentJobs.flatMap(id => {
      const job = byId.get(id)
      return job ? [{ id, state: job.state, finishedAt: job.finishedAt }] : []
    }),
  }))
}
