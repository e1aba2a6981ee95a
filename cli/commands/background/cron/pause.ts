import type { Command } from 'commander'
import { withCommonOptions } from '../../../options.ts'
import { withRemoteOption } from '../../../remote.ts'

const OUTPUT = `
Output:
  With --json an object: crons, an array as of ks bg cron.

Example:
  ks bg cron pause NightlyReport`

/** Adds `ks bg cron pause`. */
export function addCronPause(group: Command): void {
  const pause = group
    .command('pause')
    .summary('let cron entries schedule nothing')
    .description('Pauses cron entries until they are resumed, also across deploys.')
    .argument('<entry...>', 'the names of entries')
    .addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(pause)).action(async (names, options) => {
    const { runCronPause } = await import('./run-pause.ts')
    await runCronPause(names, options)
  })
}
