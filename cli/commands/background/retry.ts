import type { Command } from 'commander'
import { withSelection } from '../../bulk/selection-options.ts'
import { withCommonOptions } from '../../options.ts'
import { withRemoteOption } from '../../remote.ts'
import { BULK_HELP } from './bulk-help.ts'

const EXAMPLES = `
${BULK_HELP}

Examples:
  ks bg retry 81240
  ks bg retry --where 'task:SendEmail error:timeout' --dry-run
  ks bg retry --where 'state:discarded since:1d' --yes --rate 200`

/** Adds `ks bg retry`. */
export function addRetry(group: Command): void {
  const retry = group
    .command('retry')
    .summary('run jobs again, or at once')
    .description(
      'Makes jobs due now: those that wait for their time, and those that have finished, which run again under\n' +
        'their old id with all attempts ahead. A query without a state means retryable and discarded ones.',
    )
  withSelection(retry).addHelpText('after', EXAMPLES)
  withCommonOptions(withRemoteOption(retry)).action(async (ids, options) => {
    const { runRetry } = await import('./run-retry.ts')
    await runRetry(ids, options)
  })
}
