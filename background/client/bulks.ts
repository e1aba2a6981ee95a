import { monotonic, sleep } from '../../framework/clock.ts'
import { messageOf } from '../../framework/errors.ts'
import type { Deed } from '../activity.ts'
import { forgetTarget } from '../engine/activity.ts'
import type { Counted } from '../engine/count.ts'
import type { JobState } from '../job.ts'
import type { JobRefusal } from '../job-errors.ts'
import type { Activities, OpenActivity } from './activities.ts'
import type { Administration } from './administration.ts'
import { forgetThese } from './forget.ts'
import { type Changed, MEANT } from './job-changes.ts'
import type { JobFilter } from './job-filter.ts'
import type { Jobs } from './jobs.ts'

/** What can be done with many jobs, and the states that a filter means which names none. */
export const BULK_MEANT = {
  ...{ retry: MEANT.retry, cancel: MEANT.cancel, discard: MEANT.discard },
  ...{ delete: MEANT.remove, forget: MEANT.forget },
} as const satisfies Record<string, readonly JobState[]>

export type BulkAction = keyof typeof BULK_MEANT

/** What is to be done, with which jobs, and by whom. */
export interface BulkOrder {
  readonly action: BulkAction
  readonly which: { readonly ids: readonly string[] } | { readonly filter: JobFilter }
  /** How many that are, as whoever orders it has counted. */
  readonly total: Counted
  /** As the log of activities tells it. */
  readonly deed: Deed
  /** Why: of jobs that are cancelled or discarded. */
  readonly reason?: string | undefined
  /** How many in a second at most. */
  readonly rate?: number | undefined
}

/** Why something was not done with a job. */
export type BulkRefusal = Pick<JobRefusal, 'job' | 'code' | 'message' | 'hint'>

/** What has been done so far. */
export interface BulkSum {
  readonly done: number
  /** Jobs that run: their workers have been told. */
  readonly told: number
  readonly refused: number
  /** Why, of the first thousand. */
  readonly refusals: readonly BulkRefusal[]
  /** Somebody has stopped it before its end. */
  readonly isStopped: boolean
}

/** Something that is done with many jobs. */
export interface Bulk {
  /** Of its activity. */
  readonly id: string
  /** Does it, and tells after each piece how far it is; once `stop` aborts, it ends with the piece under way. */
  steps(stop?: AbortSignal): AsyncGenerator<BulkSum>
}

/** Of so many jobs, a statement takes some tens of milliseconds. */
const PIECE = 500
const LONGEST_REST_MS = 250
const MOST_REFUSALS = 1_000
/** What becomes of it is kept as one row. */
const MOST_KEPT = 100

/**
 * Does something with many jobs, piece by piece: each is a transaction of its own, so that an interruption leaves jobs
 * with which it was done and jobs with which it was not, and none in between. Done again it goes on, because what has been
 * changed does not match any more.
 */
export class Bulks {
  readonly #administration: () => Promise<Administration>
  readonly #jobs: Jobs
  readonly #activities: Activities

  constructor(administration: () => Promise<Administration>, jobs: Jobs, activities: Activities) {
    this.#administration = administration
    this.#jobs = jobs
    this.#activities = activities
  }

  /** Has it known that it begins. */
  async begin(order: BulkOrder): Promise<Bulk> {
    const activity = await this.#activities.begin(order.deed)
    return { id: activity.id, steps: stop => this.#steps(order, activity, stop) }
  }

  async *#steps(order: BulkOrder, activity: OpenActivity, stop?: AbortSignal): AsyncGenerator<BulkSum> {
    const { total, rate } = order
    let sum: BulkSum = { done: 0, told: 0, refused: 0, refusals: [], isStopped: false }
    try {
      for await (const ids of inPieces(this.#idsOf(order), rate)) {
        const since = monotonic()
        sum = plus(sum, await this.#change(order, ids))
        const isLast = ids.length >= total.count
        if (!isLast && !(await activity.progress(kept(sum, total)))) return yield { ...sum, isStopped: true }
        yield sum
        if (stop?.aborted) return void (await activity.settle('stopped', kept(sum, total)))
        if (!isLast) await rest(since, ids.length, rate)
      }
      await activity.settle('done', kept(sum, total))
    } catch (error) {
      const failed = { ...kept(sum, total), message: messageOf(error) }
      await activity.settle('failed', failed).catch(() => {})
      throw error
    }
  }

  #idsOf({ which, action }: BulkOrder): AsyncIterable<readonly string[]> | Iterable<readonly string[]> {
    if ('ids' in which) return [which.ids]
    return this.#jobs.ids({ ...which.filter, state: which.filter.state ?? BULK_MEANT[action] })
  }

  async #change({ action, which, reason }: BulkOrder, ids: readonly string[]): Promise<Outcome> {
    switch (action) {
      case 'retry':
        return this.#jobs.retry(ids)
      case 'cancel':
        return this.#jobs.cancel(ids, { reason })
      case 'discard':
        return this.#jobs.discard(ids, { reason })
      case 'delete':
        return this.#jobs.remove(ids)
      case 'forget':
        return this.#forget(ids, 'filter' in which ? which.filter.where : undefined)
    }
  }

  /** The query says whom it is about, and others may have looked for them too. */
  async #forget(ids: readonly string[], query: string | undefined): Promise<Outcome> {
    const administration = await this.#administration()
    if (query !== undefined) await forgetTarget(administration.db, query)
    return forgetThese(administration, ids)
  }
}

type Outcome = Changed & { readonly told?: readonly string[] }

function plus(sum: BulkSum, { done, told = [], refused }: Outcome): BulkSum {
  const more = refused.slice(0, MOST_REFUSALS - sum.refusals.length)
  const refusals = more.map(({ job, code, message, hint }) => ({ job, code, message, hint }))
  return {
    done: sum.done + done.length,
    told: sum.told + told.length,
    refused: sum.refused + refused.length,
    refusals: [...sum.refusals, ...refusals],
    isStopped: false,
  }
}

function kept({ done, told, refused, refusals }: BulkSum, { count, capped }: Counted): object {
  const why = refusals.length > 0 ? { refusals: refusals.slice(0, MOST_KEPT) } : {}
  return { done, told, refused, total: count, capped, ...why }
}

/** In pieces of 500, or smaller ones where no more may be done in a second. */
async function* inPieces(
  ids: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
  rate: number | undefined,
): AsyncGenerator<readonly string[]> {
  const size = Math.min(PIECE, rate === undefined ? PIECE : Math.max(1, Math.floor(rate / 4)))
  for await (const some of ids)
    for (let start = 0; start < some.length; start += size) yield some.slice(start, start + size)
}

/** Lets others have the server after a piece that began at `since`: as long as it took, or as long as the rate asks. */
async function rest(since: number, done: number, rate: number | undefined): Promise<void> {
  const took = monotonic() - since
  await sleep(rate === undefined ? Math.min(took, LONGEST_REST_MS) : (done / rate) * 1_000 - took)
}
