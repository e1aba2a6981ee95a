import { JOB_STATES, type Job, type JobPage, type JobState } from '../../background/operator.ts'
import type { Asked } from './asked.ts'

/** A part of the list of jobs. */
export interface JobsReading {
  readonly jobs: readonly (Job & { preview: string })[]
  readonly cursor: JobPage['cursor']
  readonly state: JobState | undefined
  readonly where: string
  readonly at: Date
  readonly counts: Readonly<Record<JobState, { count: number; capped: boolean }>> | undefined
  readonly matching: { readonly count: number; readonly capped: boolean } | undefined
}

/** The jobs that `?state=&q=` asks for, those before `?cursor=`. */
export async function readJobs({ client, query }: Asked): Promise<JobsReading> {
  const state = JOB_STATES.find(one => one === query.get('state'))
  const where = query.get('q') ?? ''
  const cursor = query.get('cursor') ?? undefined
  const page = await client.jobs.list({ state, where, cursor, limit: 50 })
  return {
    state,
    where,
    at: new Date(),
    counts: undefined,
    matching: undefined,
    cursor: page.cursor,
    jobs: page.jobs.map(job => ({ ...job, preview: JSON.stringify(job.payload) })),
  }
}
