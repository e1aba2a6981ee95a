import type { Command } from 'commander'
import { withSelection } from '../../bulk/selection-options.ts'
import { withCommonOptions } from '../../options.ts'
import { withRemoteOption } from '../../remote.ts'
import { BULK_HELP } from './bulk-help.ts'

const EXAMPLES = `
${BULK_HELP}

Examples:
  ks bg cancel 81240 --reason 'the order was withdrawn'
  ks bg cancel --where tag:user:42`

/** Adds `ks bg cancel`. */
export function addCancel(group: Command): void {
  const cancel = group
    .command('cancel')
    .summary('cancel jobs, also running ones')
    .description(
      'Cancels jobs: those that wait go to history at once, those that run are told to stop.\n' +
        'A query without a state means all that have not finished.',
    )
  withSelection(cancel)
    .option('--reason <text>', 'why, to be read in its history')
    .addHelpText('after', EXAMPLES)
  withCommonOptions(withRemoteOption(cancel)).action(async (ids, options) => {
    const { runCancel } = await import('./run-cancel.ts')
    await runCancel(ids, options)
  })
}
