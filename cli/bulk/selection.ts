import { type JobFilter, type JobState, parseQuery } from '../../background/operator.ts'
import { jobIdOf } from '../commands/background/job-id.ts'
import { UsageError } from '../errors.ts'
import type { SelectionOptions } from './selection-options.ts'

/** Which jobs are meant. */
export type Selection = { readonly ids: readonly string[] } | { readonly filter: JobFilter }

/**
 * The jobs that were named or described; `states` are meant by a query that says none.
 *
 * @throws UsageError when it is neither or both; InvalidQuery
 */
export function selectionOf(
  words: readonly string[],
  { where }: SelectionOptions,
  states: readonly JobState[],
): Selection {
  if (words.length > 0 && where !== undefined)
    throw new UsageError('jobs are given by their ids and by a query', 'give one of the two')
  if (words.length > 0) return { ids: [...new Set(words.map(jobIdOf))] }
  if (where === undefined || where.trim() === '')
    throw new UsageError(
      where === undefined ? 'which jobs is not said' : 'the query says nothing, so it would mean every job',
      "give ids, or a query: --where 'task:SendEmail error:timeout'; state:available means all that are due",
    )
  return { filter: parseQuery(where).states ? { where } : { where, state: states } }
}
