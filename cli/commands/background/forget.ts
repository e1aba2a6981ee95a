import type { Command } from 'commander'
import { withSelection } from '../../bulk/selection-options.ts'
import { withCommonOptions } from '../../options.ts'
import { withRemoteOption } from '../../remote.ts'
import { BULK_HELP } from './bulk-help.ts'

const EXAMPLES = `
${BULK_HELP}
  A job that runs is refused: ask again when it has ended.

Examples:
  ks bg forget --where 'payload.userId:42' --dry-run
  ks bg forget --where 'tag:user-42' --yes      payloads that are encrypted are found by tag or key`

/** Adds `ks bg forget`. */
export function addForget(group: Command): void {
  const forget = group
    .command('forget')
    .summary('erase what jobs were about')
    .description(
      'Erases a person or a customer from jobs that wait or have finished: payload, result, error, logs, key and\n' +
        'tags are overwritten. That there was a job stays, with its id, task, queue, times and how it ended; one that\n' +
        'waited is cancelled. The log of activities says who did this, and with how many jobs. A query without a\n' +
        'state means all jobs.',
    )
  withSelection(forget).addHelpText('after', EXAMPLES)
  withCommonOptions(withRemoteOption(forget)).action(async (ids, options) => {
    const { runForget } = await import('./run-forget.ts')
    await runForget(ids, options)
  })
}
