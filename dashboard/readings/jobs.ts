import { JOB_STATES, type JobPage, type JobState } from '../../background/operator.ts'
import type { Asked } from './asked.ts'

/** A part of the list of jobs. */
export interface JobsReading extends JobPage {
  readonly state: JobState | undefined
  readonly where: string
}

/** The jobs that `?state=&q=` asks for, those before `?cursor=`. */
export async function readJobs({ client, query }: Asked): Promise<JobsReading> {
  const state = JOB_STATES.find(one => one === query.get('state'))
  const where = query.get('q') ?? ''
  const cursor = query.get('cursor') ?? undefined
  return { state, where, ...(await client.jobs.list({ state, where, cursor, limit: 50 })) }
}
