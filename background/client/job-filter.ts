import type { Search } from '../engine/search.ts'
import { InvalidOption } from '../errors.ts'
import { nameOf } from '../identity.ts'
import { JOB_STATES, type JobState } from '../job.ts'
import { textOption } from '../option-checks.ts'
import { type Pattern, parseQuery, type Query } from '../query.ts'
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
  /** A query as people write it: `task:SendEmail error:timeout payload.to:*@example.com since:1h`. */
  readonly where?: string | undefined
}

const CRITERIA: readonly (keyof JobFilter)[] = ['state', 'task', 'queue', 'key', 'tag', 'since', 'where']

/**
 * What to search for; `states` are meant when the filter names none.
 *
 * @throws InvalidOption for a criterion that does not exist or means nothing. One that is misspelled must not be
 * passed over: without it the filter would mean more jobs.
 */
export function searchOf(filter: JobFilter, states: readonly JobState[] = JOB_STATES): Search {
  const { state, task, queue, key, tag, since, where = '' } = checked(filter)
  const query = parseQuery(where)
  return {
    states: statesOf(state, query, states),
    task:
      task === undefined
        ? undefined
        : typeof task === 'string'
          ? textOption('task', task, 128)
          : nameOf(task),
    queue: queue === undefined ? undefined : queueName(queue),
    key: key === undefined ? exactKey(query) : textOption('key', key, 512),
    tag: tag === undefined ? undefined : textOption('tag', tag, 64),
    since: since === undefined ? undefined : dateOption(since),
    conditions: query.conditions,
    ids: query.ids,
  }
}

/** What the filter and its query both allow; what nobody has said is `states`. */
function statesOf(
  state: JobFilter['state'],
  { states: asked }: Query,
  states: readonly JobState[],
): readonly JobState[] {
  if (state === undefined) return asked ?? states
  const given = statesOption(state)
  const left = asked ? given.filter(one => asked.includes(one)) : given
  if (left.length > 0) return left
  throw new InvalidOption(
    `state is ${given.join(', ')}, but the query asks for ${asked?.join(', ')}`,
    'say the state in one of the two',
  )
}

/** A key that a query writes out can be looked up. */
function exactKey({ conditions }: Query): string | undefined {
  for (const condition of conditions) {
    if (condition.field !== 'key' || condition.not || condition.patterns.length > 1) continue
    const [{ text, openStart, openEnd }] = condition.patterns as [Pattern]
    if (!openStart && !openEnd) return text
  }
  return undefined
}

/** @throws InvalidOption for a filter that says nothing, and so would mean every job there is. */
export function refuseEverything(filter: JobFilter): void {
  const says = (criterion: keyof JobFilter) =>
    criterion === 'where' ? filter.where?.trim() : filter[criterion] !== undefined
  if (CRITERIA.some(says)) return
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
