import type { Command } from 'commander'
import { withCommonOptions } from '../../../options.ts'
import { withRemoteOption } from '../../../remote.ts'

const OUTPUT = `
Output:
  With --json an object: removed, an array of names.

Example:
  ks bg cron remove NightlyReport`

/** Adds `ks bg cron remove`. */
export function addCronRemove(group: Command): void {
  const remove = group
    .command('remove')
    .summary('remove cron entries that were added at run time')
    .description(
      'Removes cron entries that were added at run time. Jobs they have scheduled stay. An entry from code can\n' +
        'be paused only: the next worker that starts would bring it back.',
    )
    .argument('<entry...>', 'the names of entries')
    .addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(remove)).action(async (names, options) => {
    const { runCronRemove } = await import('./run-remove.ts')
    await runCronRemove(names, options)
  })
}
