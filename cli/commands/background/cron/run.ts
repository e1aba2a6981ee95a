import type { Command } from 'commander'
import { withCommonOptions } from '../../../options.ts'
import { withRemoteOption } from '../../../remote.ts'

const OUTPUT = `
Output:
  With --json an object: id, entry and task of the job.

Example:
  ks bg cron run NightlyReport`

/** Adds `ks bg cron run`. */
export function addCronRun(group: Command): void {
  const run = group
    .command('run')
    .summary('schedule the job of a cron entry now')
    .description(
      'Schedules now the job that a cron entry would schedule at its next tick, which stays when it is.',
    )
    .argument('<entry>', 'the name of an entry')
    .addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(run)).action(async (name, options) => {
    const { runCronRun } = await import('./run-run.ts')
    await runCronRun(name, options)
  })
}
