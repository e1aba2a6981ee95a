import type { Command } from 'commander'
import { withSelection } from '../../bulk/selection-options.ts'
import { withCommonOptions } from '../../options.ts'
import { withRemoteOption } from '../../remote.ts'
import { BULK_HELP } from './bulk-help.ts'

const EXAMPLES = `
${BULK_HELP}

Examples:
  ks bg discard 81240
  ks bg discard --where 'task:OldTask' --reason 'the task is gone'`

/** Adds `ks bg discard`. */
export function addDiscard(group: Command): void {
  const discard = group
    .command('discard')
    .summary('give up jobs that wait')
    .description(
      'Discards jobs that wait, because they will never succeed: they go to history as discarded.\n' +
        'A query without a state means all that wait.',
    )
  withSelection(discard)
    .option('--reason <text>', 'why, to be read in its history')
    .addHelpText('after', EXAMPLES)
  withCommonOptions(withRemoteOption(discard)).action(async (ids, options) => {
    const { runDiscard } = await import('./run-discard.ts')
    await runDiscard(ids, options)
  })
}
