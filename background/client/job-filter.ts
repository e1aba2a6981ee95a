import type { Search } from '../engine/search.ts'
import { InvalidOption } from '../errors.ts'
import { nameOf } from '../identity.ts'
import { JOB_STATES, type JobState } from '../job.ts'
import { textOption } from '../option-checks.ts'
import { type Queue, queueName } from '../queue.ts'
import type { TaskReference } from '../schedule-options.ts'

/** Which jobs are meant: those that fulfil all of what is given. */
export interface JobFilter {
  /** One state or several. */
  readonly state?: JobState | readonly JobState[] | undefined
  /** Their task, or its name. */
  readonly task?: TaskReference | undefined
  readonly queue?: Queue | string | undefined
  readonly key?: string | undefined
  /** One of their tags. */
  readonly tag?: string | undefined
  /** Scheduled then or later. */
  readonly since?: Date | undefined
}

const CRITERIA: readonly (keyof JobFilter)[] = ['state', 'task', 'queue', 'key', 'tag', 'since']

/**
 * What to search for; `states` are meant when the filter names none.
 *
 * @throws InvalidOption for a criterion that does not exist or means nothing. One that is misspelled must not be
 * passed over: without it the filter would mean more jobs.
 */
export function searchOf(filter: JobFilter, states: readonly JobState[] = JOB_STATES): Search {
  const { state, task, queue, key, tag, since } = checked(filter)
  return {
    states: state === undefined ? states : statesOption(state),
    task:
      task === undefined
        ? undefined
        : typeof task === 'string'
          ? textOption('task', task, 128)
          : nameOf(task),
    queue: queue === undefined ? undefined : queueName(queue),
    key: key === undefined ? undefined : textOption('key', key, 512),
    tag: tag === undefined ? undefined : textOption('tag', tag, 64),
    since: since === undefined ? undefined : dateOption(since),
  }
}

/** @throws InvalidOption for a filter that says nothing, and so would mean every job there is. */
export function refuseEverything(filter: JobFilter): void {
  if (CRITERIA.some(criterion => filter[criterion] !== undefined)) return
  throw new InvalidOption(
    'the filter says nothing, so it would mean every job',
    `give ids, or at least one of ${CRITERIA.join(', ')}`,
  )
}

function checked(filter: JobFilter): JobFilter {
  const unknown = Object.keys(filter).find(name => !CRITERIA.includes(name as keyof JobFilter))
  if (unknown === undefined) return filter
  throw new InvalidOption(`a filter has no ${unknown}`, `it has ${CRITERIA.join(', ')}`)
}

function statesOption(state: JobState | readonly JobState[]): readonly JobState[] {
  const states = typeof state === 'string' ? [state] : [...state]
  const isKnown = states.length > 0 && states.every(one => JOB_STATES.includes(one))
  if (isKnown) return states
  throw new InvalidOption(
    `state is ${JSON.stringify(state)}`,
    `state is one or more of ${JOB_STATES.join(', ')}`,
  )
}

function dateOption(since: unknown): Date {
  if (since instanceof Date && !Number.isNaN(since.getTime())) return since
  throw new InvalidOption(`since is ${String(since)}`, 'since is a Date: new Date(Date.now() - 3_600_000)')
}
