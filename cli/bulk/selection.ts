import { type Command, Option } from 'commander'
import { type JobFilter, type JobState, parseQuery } from '../../background/operator.ts'
import { jobIdOf } from '../commands/background/job-id.ts'
import { UsageError } from '../errors.ts'
import { type CommonOptions, wholeNumber } from '../options.ts'

/** What every command has that does something with several jobs. */
export interface SelectionOptions extends CommonOptions {
  readonly where?: string
  readonly dryRun?: true
  readonly yes?: true
  readonly rate?: number
}

/** Which jobs are meant. */
export type Selection = { readonly ids: readonly string[] } | { readonly filter: JobFilter }

/** Adds the ways to say which jobs. */
export function withSelection(command: Command): Command {
  return command
    .argument('[id...]', 'the ids of jobs')
    .option('-w, --where <query>', "the jobs that a query finds: 'task:SendEmail error:timeout since:1h'")
    .option('-n, --dry-run', 'only say which jobs it would be')
    .addOption(new Option('-y, --yes', 'do not ask'))
    .option('--rate <jobs>', 'how many in a second at most', wholeNumber(1, 1_000_000))
}

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
