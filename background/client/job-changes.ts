import { sleep } from '../../framework/clock.ts'
import type { Executor } from '../../framework/executor.ts'
import { listIds } from '../engine/list.ts'
import type { Search } from '../engine/search.ts'
import type { Answer } from '../engine/standing.ts'
import { InvalidOption } from '../errors.ts'
import { JOB_STATES, type JobState, UNFINISHED, WAITING } from '../job.ts'
import { JobBusy, JobFinished, JobNotFound, type JobRefusal, JobRunning } from '../job-errors.ts'
import { integerOption } from '../option-checks.ts'
import type { Administration } from './administration.ts'
import { type JobFilter, refuseEverything, searchOf } from './job-filter.ts'

/** Which jobs to change: one by its id, several by theirs, or all that fulfil a filter, the newest first, up to `limit`. */
export type Which = string | readonly string[] | (JobFilter & { readonly limit?: number | undefined })

/** What was done. */
export interface Changed {
  /** The ids of the jobs with which it was done. */
  readonly done: readonly string[]
  /** Why it was not done with the others: each error has the id in `job`. */
  readonly refused: readonly JobRefusal[]
}

/** The states that a filter means which names none, by what is to be done. */
export const MEANT = {
  retry: ['retryable', 'discarded'],
  cancel: UNFINISHED,
  discard: WAITING,
  reschedule: WAITING,
  remove: WAITING,
  forget: JOB_STATES,
} as const satisfies Record<string, readonly JobState[]>

/** Does its work with some jobs and tells how each stands. */
type Change = (ids: readonly string[]) => Promise<readonly Answer[]>

/** Jobs in one statement. */
const CHUNK = 1_000
const MOST = 2 ** 31 - 1
/** Somebody else was changing the job: that takes a moment as a rule. */
const BUSY_PAUSES_MS = [5, 20, 50, 150, 300]

/** Changes the jobs that are meant, piece by piece, each of which is one transaction. */
export async function changeJobs(
  { db }: Administration,
  which: Which,
  states: readonly JobState[],
  change: Change,
): Promise<Changed> {
  if (typeof which === 'string') return throwing(await changeThese([jobId(which)], change))
  if (isList(which)) return changeThese([...new Set(which.map(id => jobId(id)))], change)
  const { limit = MOST, ...filter } = which
  refuseEverything(filter)
  const most = integerOption('limit', limit, 1, MOST)
  const pieces: Changed[] = []
  for await (const ids of idsOf(db, searchOf(filter, states), most))
    pieces.push(await changeThese(ids, change))
  return { done: pieces.flatMap(({ done }) => done), refused: pieces.flatMap(({ refused }) => refused) }
}

/** The ids of jobs, the newest first, piece by piece. */
export async function* idsOf(db: Executor, search: Search, limit = MOST): AsyncGenerator<readonly string[]> {
  let left = limit
  let before: string | undefined
  do {
    const { items, next } = await listIds(db, { ...search, before }, Math.min(left, CHUNK))
    yield items
    left -= items.length
    before = next
  } while (before !== undefined && left > 0)
}

/** @throws InvalidOption when `id` cannot be the id of a job. */
export function jobId(id: unknown, what = 'the id of a job'): string {
  if (typeof id === 'string' && /^\d{1,18}$/.test(id)) return id
  throw new InvalidOption(
    `${what} is ${JSON.stringify(id)}`,
    `${what} is a number as text, as it was answered`,
  )
}

async function changeThese(ids: readonly string[], change: Change): Promise<Changed> {
  const done: string[] = []
  const refused: JobRefusal[] = []
  for (let start = 0; start < ids.length; start += CHUNK) {
    for (const answer of await insist(ids.slice(start, start + CHUNK), change)) {
      if (answer.standing === 'done') done.push(answer.id)
      else refused.push(refusal(answer))
    }
  }
  return { done, refused }
}

/** Asks again about jobs that were just being changed. */
async function insist(ids: readonly string[], change: Change): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  let open = ids
  for (const pause of [...BUSY_PAUSES_MS, 0]) {
    const now = await change(open)
    const busy = now.filter(({ standing }) => standing === 'busy')
    if (busy.length === 0 || pause === 0) return [...answers, ...now]
    answers.push(...now.filter(({ standing }) => standing !== 'busy'))
    open = busy.map(({ id }) => id)
    await sleep(pause)
  }
  return answers
}

function throwing(changed: Changed): Changed {
  const [refused] = changed.refused
  if (refused) throw refused
  return changed
}

function refusal({ id, standing }: Answer): JobRefusal {
  switch (standing) {
    case 'running':
      return new JobRunning(id)
    case 'missing':
      return new JobNotFound(id)
    case 'completed':
    case 'cancelled':
    case 'discarded':
      return new JobFinished(id, standing)
    default:
      return new JobBusy(id)
  }
}

function isList(which: readonly string[] | object): which is readonly string[] {
  return Array.isArray(which)
}
