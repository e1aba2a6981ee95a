import { cancelJobs } from '../engine/cancel.ts'
import { circumstancesOf } from '../engine/circumstances.ts'
import { type Counted, countJobs } from '../engine/count.ts'
import { discardJobs } from '../engine/discard.ts'
import { find } from '../engine/find.ts'
import { listJobs } from '../engine/list.ts'
import { logsOf } from '../engine/logs.ts'
import { removeJobs } from '../engine/remove.ts'
import { rescheduleJobs } from '../engine/reschedule.ts'
import { retryJobs } from '../engine/retry.ts'
import { ring } from '../engine/ring.ts'
import type { Job } from '../job.ts'
import { JobNotFound } from '../job-errors.ts'
import type { AttemptLog } from '../job-log.ts'
import { integerOption, textOption } from '../option-checks.ts'
import { type Reason, reasonsFor } from '../why.ts'
import type { Administration } from './administration.ts'
import { changedPayload } from './changed-payload.ts'
import { type ForgetOptions, forget } from './forget.ts'
import { type Changed, changeJobs, idsOf, jobId, MEANT, type Which } from './job-changes.ts'
import { type JobFilter, searchOf } from './job-filter.ts'
import { jobOf } from './job-of.ts'
import { type JobChanges, planOf } from './job-plan.ts'

export type { JobChanges } from './job-plan.ts'

/** A page of a list of jobs. */
export interface JobPage {
  /** The newest first. */
  readonly jobs: readonly Job[]
  /**
   * Where the next page begins; undefined when this was the last one. A page may be short, even empty, and still
   * have a cursor: it ends after so many jobs have been looked at, whether they matched or not.
   */
  readonly cursor: string | undefined
}

/** What became of jobs that were to be cancelled. */
export interface Cancelled extends Changed {
  /** These run. Their workers have been told: the signal aborts within moments, and then they end as cancelled. */
  readonly told: readonly string[]
}

const MOST_ON_A_PAGE = 1_000
const MOST_COUNTED = 100_000

/**
 * The jobs in the database, to look at and to operate while workers run. What changes several jobs takes an id, a
 * list of ids, or a filter. With one id it throws when nothing can be done; otherwise it does what it can and
 * tells why not the rest. Nothing here takes part in a transaction of the app.
 */
export class Jobs {
  readonly #administration: () => Promise<Administration>

  constructor(administration: () => Promise<Administration>) {
    this.#administration = administration
  }

  /**
   * The job with this id, unfinished or kept in history.
   *
   * @throws JobNotFound
   */
  async get(id: string): Promise<Job> {
    const { reads } = await this.#administration()
    const found = await find(reads, jobId(id))
    if (!found) throw new JobNotFound(id)
    return jobOf(found)
  }

  /**
   * Why a job is not running, if it is not: the reason that holds now, then those that will hold it after that.
   *
   * @throws JobNotFound
   * @example const [reason] = await Background.jobs.why(id) // waits because queue email was paused 10m ago by ann
   */
  async why(id: string): Promise<readonly Reason[]> {
    const job = await this.get(id)
    const { reads } = await this.#administration()
    const circumstances = job.finishedAt ? undefined : await circumstancesOf(reads, id)
    return reasonsFor(circumstances ? job : await this.get(id), circumstances)
  }

  /**
   * What the last attempts of a job have logged, the first of them first: through `log`, the last 100 lines and 16 KiB of
   * each. They are written when an attempt ends.
   *
   * @throws JobNotFound
   */
  async logs(id: string): Promise<AttemptLog[]> {
    const found = await logsOf((await this.#administration()).reads, jobId(id))
    if (!found) throw new JobNotFound(id)
    return found
  }

  /**
   * Jobs that fulfil the filter, the newest first. `limit` is 50 by default and 1,000 at most. Fast, however many jobs
   * there are: by key, and for running, cancelled and discarded ones. Everything else is compared job by job, 10,000 of
   * them for a page at most.
   *
   * @example const { jobs, cursor } = await Background.jobs.list({ state: 'discarded', task: SendEmail })
   */
  async list(
    filter: JobFilter & { readonly limit?: number | undefined; readonly cursor?: string | undefined } = {},
  ): Promise<JobPage> {
    const { limit = 50, cursor, ...rest } = filter
    const most = integerOption('limit', limit, 1, MOST_ON_A_PAGE)
    const before = cursor === undefined ? undefined : jobId(cursor, 'cursor')
    const search = { ...searchOf(rest), before }
    const { items, next } = await listJobs((await this.#administration()).reads, search, most)
    return { jobs: items.map(jobOf), cursor: next }
  }

  /**
   * How many jobs fulfil the filter, among the newest 100,000 in question; `capped` when there are more of those, so
   * that the number may be too low.
   */
  async count(filter: JobFilter = {}): Promise<Counted> {
    const search = searchOf(filter)
    return countJobs((await this.#administration()).reads, search, MOST_COUNTED)
  }

  /** The ids of all jobs that fulfil the filter, the newest first, piece by piece: for work on many of them. */
  async *ids(filter: JobFilter = {}): AsyncGenerator<readonly string[]> {
    yield* idsOf((await this.#administration()).reads, searchOf(filter))
  }

  /**
   * Makes jobs due now: those that wait for their time, and those that have finished, which leave history and run
   * again under their old id with all attempts ahead. A filter without a state means retryable and discarded ones.
   *
   * @throws JobRunning, JobNotFound, JobBusy for a single id
   * @example await Background.jobs.retry({ state: 'discarded', task: SendEmail })
   */
  async retry(which: Which): Promise<Changed> {
    const administration = await this.#administration()
    const { db } = administration
    const changed = await changeJobs(administration, which, MEANT.retry, ids => retryJobs(db, ids))
    if (changed.done.length > 0) await ring(db)
    return changed
  }

  /**
   * Cancels jobs: those that wait go to history at once; those that run are told. A filter without a state means all
   * that have not finished.
   *
   * @throws JobFinished, JobNotFound, JobBusy for a single id
   * @example await Background.jobs.cancel({ tag: 'user:42' }, { reason: 'the account was closed' })
   */
  async cancel(which: Which, options: { readonly reason?: string | undefined } = {}): Promise<Cancelled> {
    const reason = reasonOption(options.reason, 'cancelled by hand')
    const administration = await this.#administration()
    const { db, retention } = administration
    const told: string[] = []
    const changed = await changeJobs(administration, which, MEANT.cancel, async ids => {
      const answers = await cancelJobs(db, ids, reason, retention)
      told.push(...answers.filter(({ standing }) => standing === 'running').map(({ id }) => id))
      return answers.filter(({ standing }) => standing !== 'running')
    })
    if (told.length > 0) await ring(db, 'cancel')
    return { ...changed, told }
  }

  /**
   * Discards jobs that wait: they will never succeed. A filter without a state means all that wait.
   *
   * @throws JobRunning, JobFinished, JobNotFound, JobBusy for a single id
   */
  async discard(which: Which, options: { readonly reason?: string | undefined } = {}): Promise<Changed> {
    const reason = reasonOption(options.reason, 'discarded by hand')
    const administration = await this.#administration()
    const { db, retention } = administration
    return changeJobs(administration, which, MEANT.discard, ids => discardJobs(db, ids, reason, retention))
  }

  /**
   * Changes when and how jobs that wait are to run, and with what. A new payload is not checked against a schema. A filter without a state means all that wait.
   *
   * @throws InvalidOption; JobRunning, JobFinished, JobNotFound, JobBusy for a single id
   * @example await Background.jobs.reschedule(id, { in: '1h', priority: -10 })
   */
  async reschedule(which: Which, changes: JobChanges): Promise<Changed> {
    const administration = await this.#administration()
    const plan = await planOf(changes, payload => changedPayload(administration, which, payload))
    const { db } = administration
    const changed = await changeJobs(administration, which, MEANT.reschedule, ids =>
      rescheduleJobs(db, ids, plan),
    )
    if (changed.done.length > 0) await ring(db)
    return changed
  }

  /**
   * Deletes jobs that wait or have finished, without a trace. A filter without a state means all that wait.
   *
   * @throws JobRunning, JobNotFound, JobBusy for a single id
   */
  async remove(which: Which): Promise<Changed> {
    const administration = await this.#administration()
    return changeJobs(administration, which, MEANT.remove, ids => removeJobs(administration.db, ids))
  }

  /**
   * Erases what jobs were about: of those that wait or have finished payload, result, error, logs, key and tags are
   * overwritten; id, task, queue, times and how they ended stay. One that waited is cancelled. The log of activities
   * says who did it. A filter without a state means all jobs.
   *
   * @throws JobRunning, JobNotFound, JobBusy for a single id
   * @example await Background.jobs.forget({ tag: `user-${user.id}` }, { by: 'ann@example.com' })
   */
  async forget(which: Which, options: ForgetOptions = {}): Promise<Changed> {
    return forget(await this.#administration(), which, options)
  }
}

function reasonOption(reason: string | undefined, fallback: string): string {
  return reason === undefined ? fallback : textOption('reason', reason, 1_000)
}
