import { isKretesError, messageOf } from '../../framework/errors.ts'
import type { Activity, Deed } from '../activity.ts'
import { type ActivityFilter, beginActivity, listActivities, settleActivity } from '../engine/activity.ts'
import { integerOption } from '../option-checks.ts'
import type { Administration } from './administration.ts'
import { jobId } from './job-changes.ts'

/** A page of the log of activities. */
export interface ActivityPage {
  /** The newest first. */
  readonly activities: readonly Activity[]
  /** Where the next page begins; undefined when this was the last one. */
  readonly cursor: string | undefined
}

const MOST_ON_A_PAGE = 1_000

/** Who has done what with jobs, queues, cron entries and workers, by hand. */
export class Activities {
  readonly #administration: () => Promise<Administration>

  constructor(administration: () => Promise<Administration>) {
    this.#administration = administration
  }

  /**
   * Does something, and has it known who did it: before it is done, so that nothing is done that nobody knows of, and
   * what came of it after that.
   *
   * @throws what `act` throws
   */
  async record<Result>(
    deed: Deed,
    act: () => Promise<Result>,
    tell: (result: Result) => object = () => ({}),
  ): Promise<Result> {
    const { db } = await this.#administration()
    const id = await beginActivity(db, deed)
    try {
      const result = await act()
      await settleActivity(db, id, 'done', tell(result))
      return result
    } catch (error) {
      const code = isKretesError(error) ? error.code : undefined
      await settleActivity(db, id, 'failed', { code, message: messageOf(error) }).catch(() => {})
      throw error
    }
  }

  async list(
    filter: Omit<ActivityFilter, 'before'> & {
      readonly limit?: number | undefined
      readonly cursor?: string | undefined
    } = {},
  ): Promise<ActivityPage> {
    const { limit = 50, cursor, ...rest } = filter
    const most = integerOption('limit', limit, 1, MOST_ON_A_PAGE)
    const before = cursor === undefined ? undefined : jobId(cursor, 'cursor')
    const { reads } = await this.#administration()
    const activities = await listActivities(reads, { ...rest, before }, most)
    return { activities, cursor: activities.length === most ? activities.at(-1)?.id : undefined }
  }
}
