import type { Command } from 'commander'
import { duration, wholeNumber, withCommonOptions, withLogOption } from '../../options.ts'

const NOTES = `
Keys, in a terminal:
  r starts again, p pauses and goes on, o opens the dashboard, h lists the keys, q quits.

Example:
  ks bg dev --concurrency 1`

/** Adds `ks bg dev`. */
export function addDev(group: Command): void {
  const dev = group
    .command('dev')
    .summary('run jobs, and take over changed code at once')
    .description(
      'Runs jobs while you write their code. A task that changes, or anything it imports, is compiled at once and\n' +
        'runs from the next job on; jobs that run finish with the code they began with. Code that does not compile\n' +
        'changes nothing. A changed configuration, crontab or cron entry starts the worker again. The dashboard is\n' +
        'served beside it, to this machine only.',
    )
    .option('-c, --concurrency <jobs>', 'how many run at the same time (default: 10)', wholeNumber(1, 10_000))
    .option('--tasks <directory>', 'where the tasks are (default: tasks)')
    .option('--grace <duration>', 'how long running jobs may take to finish (default: 30s)', duration)
    .addHelpText('after', NOTES)
  withCommonOptions(withLogOption(dev)).action(async options => {
    const { runDev } = await import('./run-dev.ts')
    await runDev(options)
  })
}
