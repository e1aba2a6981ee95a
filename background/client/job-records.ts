import { find } from '../engine/find.ts'
import type { JobRecord } from '../engine/job-record.ts'
import { listJobs, listPreviews } from '../engine/list.ts'
import { JobNotFound } from '../job-errors.ts'
import { integerOption } from '../option-checks.ts'
import type { Administration } from './administration.ts'
import { jobId } from './job-changes.ts'
import { type JobFilter, searchOf } from './job-filter.ts'

const MOST_ON_A_PAGE = 1_000

/** A page of a list of records. */
export interface RecordPage {
  /** The newest first. */
  readonly jobs: readonly JobRecord[]
  /** As in a page of jobs. */
  readonly cursor: string | undefined
}

/** Jobs as they are stored, payload and result as JSON text: for whoever shows them exactly. */
export class JobRecords {
  readonly #administration: () => Promise<Administration>

  constructor(administration: () => Promise<Administration>) {
    this.#administration = administration
  }

  /** @throws JobNotFound */
  async get(id: string): Promise<JobRecord> {
    const found = await find((await this.#administration()).reads, jobId(id))
    if (!found) throw new JobNotFound(id)
    return found
  }

  /** As the list of jobs, with payload and result cut after some 2,000 characters unless they are wanted whole. */
  async list(
    filter: JobFilter & {
      readonly limit?: number | undefined
      readonly cursor?: string | undefined
      readonly whole?: boolean | undefined
    } = {},
  ): Promise<RecordPage> {
    const { limit = 50, cursor, whole = false, ...rest } = filter
    const most = integerOption('limit', limit, 1, MOST_ON_A_PAGE)
    const before = cursor === undefined ? undefined : jobId(cursor, 'cursor')
    const { reads } = await this.#administration()
    const search = { ...searchOf(rest), before }
    const { items, next } = await (whole ? listJobs : listPreviews)(reads, search, most)
    return { jobs: items, cursor: next }
  }
}
