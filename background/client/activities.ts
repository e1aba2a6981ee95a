import { isKretesError, messageOf } from '../../framework/errors.ts'
import type { Activity, ActivityOutcome, Deed } from '../activity.ts'
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
  /** Tells how far it is. Answers with false once somebody has stopped it: then it is not to go on. */
  progress(answer: object): Promise<boolean>
  settle(outcome: ActivityOutcome, answer: object): Promise<boolean>
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
    const id = await beginActivity(db, storable(deed))
    return {
      id,
      progress: answer => tellProgress(db, id, answer),
      settle: (outcome, answer) => settleActivity(db, id, outcome, answer),
    }
  }

  /** Has whoever does it stop at the next occasion, in whichever process. Answers with false when it has ended already. */
  async stop(id: string): Promise<boolean> {
    return settleActivity((await this.#administration()).db, jobId(id, 'the id of an activity'), 'stopped')
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

const [LONGEST_ACTOR, LONGEST_TARGET, LONGEST_MESSAGE] = [200, 1_024, 1_000]

/** An error as the log has it. */
function told(error: unknown): object {
  return {
    code: isKretesError(error) ? error.code : undefined,
    message: messageOf(error).slice(0, LONGEST_MESSAGE),
  }
}

const CONTROL_OR_LONE_SURROGATE = /[\p{Cc}\p{Cs}]/gu

/** What somebody tries is known even if what they name cannot exist. */
function storable({ actor, target, ...deed }: Deed): Deed {
  const fit = (text: string, longest: number) =>
    text.slice(0, longest).replace(CONTROL_OR_LONE_SURROGATE, '\ufffd')
  return { ...deed, actor: fit(actor, LONGEST_ACTOR), target: target && fit(target, LONGEST_TARGET) }
}
