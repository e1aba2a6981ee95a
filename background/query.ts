import { didYouMean } from '../framework/did-you-mean.ts'
import { JOB_STATES, type JobState } from './job.ts'
import { InvalidQuery } from './query-errors.ts'
import { readTerms, type Term } from './query-terms.ts'
import {
  priorityCondition,
  QueryMistake,
  readIds,
  readStates,
  textPattern,
  timeCondition,
} from './query-values.ts'

/** A text that is looked for; open ends may go on. */
export interface Pattern {
  readonly text: string
  readonly openStart: boolean
  readonly openEnd: boolean
}

/** Something that must be so, or with `not` must not. One of several patterns is enough. */
export type Condition = { readonly not: boolean } & (
  | { readonly field: TextField; readonly patterns: readonly Pattern[] }
  | { readonly field: 'payload'; readonly path: readonly string[]; readonly patterns: readonly Pattern[] }
  | { readonly field: 'priority'; readonly ranges: readonly (readonly [least: number, most: number])[] }
  | { readonly field: 'since' | 'before'; readonly time: Moment }
)

export type TextField = 'task' | 'queue' | 'key' | 'tag' | 'error' | 'worker'

/** A point in time, or milliseconds before now by the clock of the database. */
export type Moment = { readonly at: Date } | { readonly ago: number }

/** What a query text asks for: jobs that fulfil all of it. */
export interface Query {
  /** Undefined: any state. */
  readonly states: readonly JobState[] | undefined
  /** Undefined: any id. */
  readonly ids: readonly string[] | undefined
  readonly conditions: readonly Condition[]
}

/** The fields of a query, and what they compare. */
export const QUERY_FIELDS: Readonly<Record<string, string>> = {
  task: 'the name of its task: task:SendEmail, task:billing/*',
  state: `its state: ${JOB_STATES.join(', ')}`,
  queue: 'its queue; queue:* has one, -queue:* has none',
  key: 'its key',
  tag: 'one of its tags',
  error: 'a part of its last error, name or message: error:timeout',
  payload: 'a property of its payload: payload.to:*@example.com, payload.items.0.sku:X1',
  since: 'scheduled then or later: since:1h, since:2026-11-22, since:2026-11-22T08:30Z',
  before: 'scheduled before that',
  id: 'its id',
  worker: 'the worker that runs it, by name or id',
  priority: 'its priority: priority:5, priority:<0, priority:>=10',
}

/**
 * Reads `field:value` terms, separated by spaces; a job has to fulfil all. Several values stand between commas, of
 * which one is enough; a star at an end is anything; quotes hold a value with spaces together; a minus turns a term
 * around.
 *
 * @throws InvalidQuery with the place and what may stand there.
 * @example parseQuery('task:SendEmail,SendReport -queue:* error:"not found" payload.to:*@example.com since:1h')
 */
export function parseQuery(text: string): Query {
  let [states, ids]: [readonly JobState[] | undefined, readonly string[] | undefined] = [undefined, undefined]
  const conditions: Condition[] = []
  for (const term of readTerms(text)) {
    placed(text, term, () => {
      if (term.field === 'state') states = bothStates(states, readStates(term))
      else if (term.field === 'id') ids = both(ids, readIds(term))
      else conditions.push(conditionOf(term))
    })
  }
  const runs = conditions.some(({ field, not }) => field === 'worker' && !not)
  return { states: states ?? (runs ? ['running'] : undefined), ids, conditions }
}

function bothStates(some: readonly JobState[] | undefined, others: readonly JobState[]): readonly JobState[] {
  const left = both(some, others)
  if (left.length > 0) return left
  throw new QueryMistake(
    'no state is left',
    'a job is in one state at a time; write those that are meant as state:a,b',
  )
}

function both<T>(some: readonly T[] | undefined, others: readonly T[]): readonly T[] {
  return some ? some.filter(one => others.includes(one)) : others
}

function conditionOf(term: Term): Condition {
  const { field, not, values } = term
  switch (field) {
    case 'task':
    case 'queue':
    case 'key':
    case 'tag':
    case 'worker':
      return { field, not, patterns: values.map(textPattern) }
    case 'error':
      return { field, not, patterns: values.map(({ text }) => ({ text, openStart: true, openEnd: true })) }
    case 'priority':
      return { not, ...priorityCondition(term) }
    case 'since':
    case 'before':
      return { not, ...timeCondition(term) }
    default:
      return payloadCondition(term)
  }
}

function payloadCondition({ field, not, values }: Term): Condition {
  const [first, ...path] = field.split('.')
  if (first !== 'payload') throw unknownField(field)
  if (path.length === 0 || path.includes(''))
    throw new QueryMistake(
      `${field}: does not say which property`,
      'write the path to it: payload.to:ann@example.com, payload.items.0.sku:X1',
    )
  return { field: 'payload', not, path, patterns: values.map(textPattern) }
}

function unknownField(field: string): QueryMistake {
  const known = Object.keys(QUERY_FIELDS)
  const meant = didYouMean(field, known)
  return new QueryMistake(
    `a query has no field ${field}${meant ? `; did you mean ${meant}?` : ''}`,
    `it has ${known.join(', ').replace('payload', 'payload.<path>')}`,
  )
}

/** Adds to a mistake where it was made: at one value, or at the name of the field. */
function placed(query: string, { field, not, column }: Term, work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof QueryMistake)) throw error
    const { message, hint, value } = error
    const place = value ?? { column: column + (not ? 1 : 0), length: field.length }
    throw new InvalidQuery(message, hint, { query, column: place.column, length: place.length })
  }
}
