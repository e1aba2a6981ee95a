import { type Command, Option } from 'commander'
import { duration, wholeNumber, withCommonOptions, withLogOption } from '../../options.ts'
import { refuseUnknownCommand } from '../../unknown-command.ts'

const OUTPUT = `
Output:
  In a terminal there is a line for each job that ends; elsewhere, or with --log json, a JSON object with time,
  event and what belongs to it: id, task, queue, attempt, maxAttempts, waited and ms (milliseconds), again
  (milliseconds until the next attempt), reason, error. What tasks log goes to stderr.
  LOG_LEVEL=warn leaves out what goes well.

Examples:
  ks bg --concurrency 50
  ks bg --dashboard
  ks bg start --once`

/** Adds `ks bg start`, which is also what `ks bg` does. */
export function addStart(group: Command): void {
  const start = group
    .command('start', { isDefault: true })
    .summary('run jobs')
    .description(
      'Runs jobs until it is interrupted. The first Ctrl-C or SIGTERM lets running jobs finish within the grace\n' +
        'time (exit code 0), the second gives them back to other workers (130 or 143), the third just leaves.',
    )
    .allowExcessArguments()
    .option('-c, --concurrency <jobs>', 'how many run at the same time (default: 10)', wholeNumber(1, 10_000))
    .option('--tasks <directory>', 'where the tasks are (default: tasks)')
    .option('--grace <duration>', 'how long running jobs may take to finish (default: 30s)', duration)
    .option('--once', 'end when no job is left that could run now')
    .addOption(
      new Option('--dashboard', 'serve the dashboard to this machine, beside the worker').conflicts('once'),
    )
    .addOption(new Option('--watch', 'take over changed code at once, as ks bg dev does').conflicts('once'))
    .addHelpText('after', OUTPUT)
  withCommonOptions(withLogOption(start)).action(async (options, { args }: Command) => {
    refuseUnknownCommand(group, args)
    if (options.watch) return (await import('./run-dev.ts')).runDev(options)
    await (await import('./run-start.ts')).runStart(options)
  })
}
