import type { Command } from 'commander'
import { withSelection } from '../../bulk/selection-options.ts'
import { withCommonOptions } from '../../options.ts'
import { withRemoteOption } from '../../remote.ts'
import { BULK_HELP } from './bulk-help.ts'

const EXAMPLES = `
${BULK_HELP}

Examples:
  ks bg delete 81240 81241
  ks bg delete --where 'state:completed task:Ping'`

/** Adds `ks bg delete`. */
export function addDelete(group: Command): void {
  const remove = group
    .command('delete')
    .summary('delete jobs without a trace')
    .description(
      'Deletes jobs that wait or have finished, without a trace. A query without a state means all that wait.',
    )
  withSelection(remove).addHelpText('after', EXAMPLES)
  withCommonOptions(withRemoteOption(remove)).action(async (ids, options) => {
    const { runDelete } = await import('./run-delete.ts')
    await runDelete(ids, options)
  })
}
