import type { Command } from 'commander'
import { wholeNumber, withCommonOptions } from '../../options.ts'

const OUTPUT = `
Output:
  Loads the configuration, the tasks and the cron entries of this code, and tries the payload of every job that waits,
  and of every cron entry that was added at run time, on the schema of its task: what would fail after a deploy.
  Nothing is changed, no task runs.
  Exit code 0 when all is well, 1 when something is not, 4 when the database lacks a migration: ks bg migrate comes first.
  With --json an object: problems, an array of kind (task-file, cron, unknown-task, invalid-payload), task (or null),
  message, hint, count (jobs), jobs (some of their ids); checked (jobs), and more (whether there are more jobs).

Examples:
  ks bg check                    in a deploy pipeline, before the old code stops
  ks bg check --limit 1000000`

/** Adds `ks bg check`. */
export function addCheck(group: Command): void {
  const check = group
    .command('check')
    .summary('try waiting jobs on the code at hand')
    .description('Says whether the code at hand can run the jobs that wait in the database.')
    .option('--tasks <directory>', 'where the tasks are (default: tasks)')
    .option(
      '--limit <number>',
      'how many waiting jobs to try, the newest first (default: 100000)',
      wholeNumber(1, 2 ** 31 - 1),
    )
    .addHelpText('after', OUTPUT)
  withCommonOptions(check).action(async options => {
    const { runCheck } = await import('./run-check.ts')
    await runCheck(options)
  })
}
