import type { Command } from 'commander'
import { withCommonOptions } from '../../../options.ts'
import { withRemoteOption } from '../../../remote.ts'

const OUTPUT = `
Output:
  With --json an object: crons, an array as of ks bg cron.

Example:
  ks bg cron resume NightlyReport`

/** Adds `ks bg cron resume`. */
export function addCronResume(group: Command): void {
  const resume = group
    .command('resume')
    .summary('let paused cron entries go on')
    .description('Lets cron entries go on with their next tick; those that passed meanwhile are not missed.')
    .argument('<entry...>', 'the names of entries')
    .addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(resume)).action(async (names, options) => {
    const { runCronResume } = await import('./run-resume.ts')
    await runCronResume(names, options)
  })
}
