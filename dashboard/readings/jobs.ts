import { InvalidQuery, JOB_STATES, type JobFilter, type JobState } from '../../background/operator.ts'
import { isKretesError } from '../../framework/errors.ts'
import type { Asked } from './asked.ts'
import { type Capped, countsOf } from './counts.ts'
import { jobFilter } from './job-filter.ts'
import { type ListedJob, listedJob, wholeJob } from './listed-job.ts'
import { wholeNumber } from './numbers.ts'

/** A part of the list of jobs. */
export interface JobsReading extends JobsPage {
  /** As asked for. */
  readonly state: JobState | undefined
  readonly where: string
  /** When it was read. */
  readonly at: Date
  /** Of all jobs. */
  readonly counts: Readonly<Record<JobState, Capped>>
  /** How many fulfil the query; undefined when that takes too long to count. */
  readonly matching: Capped | undefined
  /** What is wrong with the query; there are no jobs then. */
  readonly mistake: InvalidQuery | undefined
}

export interface JobsPage {
  /** The newest first. */
  readonly jobs: readonly ListedJob[]
  /**
   * Where the next page begins; undefined when this was the last one. A page may be short and still have one: it ends
   * after so many jobs have been looked at.
   */
  readonly cursor: string | undefined
}

const ON_A_PAGE = 50
const MOST_ON_A_PAGE = 100

/** The jobs that `?state=&q=&limit=` asks for, those before `?cursor=`. A query that means nothing is told, not thrown. */
export async function readJobs(asked: Asked): Promise<JobsReading> {
  const { client, query } = asked
  const [found, overview] = await Promise.all([searched(asked), client.statistics.overview()])
  const { at } = overview
  const state = JOB_STATES.find(one => one === query.get('state'))
  return { ...found, state, where: query.get('q') ?? '', at, counts: countsOf(overview) }
}

type Found = JobsPage & Pick<JobsReading, 'matching' | 'mistake'>

async function searched(asked: Asked): Promise<Found> {
  try {
    const filter = await filterOf(asked)
    const [page, matching] = await Promise.all([pageOf(filter, asked), matchingOf(filter, asked)])
    return { ...page, matching, mistake: undefined }
  } catch (error) {
    if (!(error instanceof InvalidQuery)) throw error
    return { jobs: [], cursor: undefined, matching: undefined, mistake: error }
  }
}

/** The jobs alone. @throws InvalidQuery, InvalidOption */
export async function readJobsPage(asked: Asked): Promise<JobsPage> {
  return pageOf(await filterOf(asked), asked)
}

/** How many fulfil `?state=&q=`. @throws InvalidQuery, InvalidOption */
export async function readJobsCount(asked: Asked): Promise<Capped> {
  return asked.client.jobs.count(await filterOf(asked))
}

function filterOf(asked: Asked): Promise<JobFilter> {
  const { query } = asked
  return jobFilter({ state: query.get('state'), q: query.get('q') }, asked)
}

async function pageOf(filter: JobFilter, { client, query, secrets }: Asked): Promise<JobsPage> {
  const limit = wholeNumber(query, 'limit', { most: MOST_ON_A_PAGE, otherwise: ON_A_PAGE })
  const cursor = query.get('cursor') || undefined
  const whole = query.get('whole') === 'true'
  const { jobs, cursor: next } = await client.records.list({ ...filter, limit, cursor, whole })
  const shown = whole ? wholeJob : listedJob
  return { jobs: jobs.map(job => shown(job, secrets)), cursor: next }
}

/** A list is of use without it too. */
async function matchingOf(filter: JobFilter, { client }: Asked): Promise<Capped | undefined> {
  try {
    return await client.jobs.count(filter)
  } catch (error) {
    if (isKretesError(error) && error.code === 'READING_TIMED_OUT') return undefined
    throw error
  }
}
