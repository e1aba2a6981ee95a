import { isKretesError, messageOf } from '../../framework/errors.ts'
import type { Activity, Deed } from '../activity.ts'
import {
  type ActivityFilter,
  beginActivity,
  findActivity,
  listActivities,
  settleActivity,
  tellProgress,
} from '../engine/activity.ts'
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

/** Something that is being done. */
export interface OpenActivity {
  readonly id: string
  progress(answer: object): Promise<void>
  settle(outcome: 'done' | 'failed', answer: object): Promise<void>
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
    const { settle } = await this.begin(deed)
    try {
      const result = await act()
      await settle('done', tell(result))
      return result
    } catch (error) {
      await settle('failed', told(error)).catch(() => {})
      throw error
    }
  }

  /** The same for what takes long: it is begun, and whoever does it tells how far it is, and how it ended. */
  async begin(deed: Deed): Promise<OpenActivity> {
    const { db } = await this.#administration()
    const id = await beginActivity(db, deed)
    return {
      id,
      progress: answer => tellProgress(db, id, answer),
      settle: (outcome, answer) => settleActivity(db, id, outcome, answer),
    }
  }

  async find(id: string): Promise<Activity | undefined> {
    return findActivity((await this.#administration()).reads, jobId(id, 'the id of an activity'))
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

/** An error as the log has it. */
function told(error: unknown): object {
  return { code: isKretesError(error) ? error.code : undefined, message: messageOf(error) }
}
