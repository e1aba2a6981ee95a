import { type Command, Option } from 'commander'
import { duration, repeated, wholeNumber, withCommonOptions } from '../../../options.ts'

const OUTPUT = `
Output:
  With --json an object: crons, an array as of ks bg cron.

Examples:
  ks bg cron add SendReport '0 8 * * MON-FRI' --tz Europe/Warsaw --set userId:=7
  ks bg cron add PruneUploads @daily --name NightlyPrune --missed all --fill 1d`

/** Adds `ks bg cron add`. */
export function addCronAdd(group: Command): void {
  const add = group
    .command('add')
    .summary('schedule a task again and again')
    .description(
      'Adds a cron entry, which workers follow at once. Its payload has to pass the schema of the task.',
    )
    .argument('<task>', 'the name of the task')
    .argument('<expression>', 'minute, hour, day, month, weekday in quotes: "0 8 * * MON-FRI"; @daily')
    .argument('[payload]', 'JSON; - reads it from standard input')
    .option('-f, --file <file>', 'read the payload from a file')
    .option(
      '-s, --set <name=value>',
      'a property of the payload: to=ann@example.com, count:=3 (JSON)',
      repeated,
    )
    .option('--name <name>', "the name of the entry (default: the task's)")
    .option('--tz <zone>', 'the time zone in which it is meant (default: UTC)')
    .option('-q, --queue <name>', 'the queue its jobs wait in')
    .option('--priority <number>', 'lower runs first', wholeNumber(-32_768, 32_767))
    .option('--attempts <number>', 'how often a job is tried', wholeNumber(1, 32_767))
    .option('--key <key>', 'a tick replaces the job of the one before if that still waits')
    .addOption(
      new Option('--missed <policy>', 'what to do about missed ticks (default: skip)').choices([
        'skip',
        'once',
        'all',
      ]),
    )
    .option('--fill <duration>', 'how far back missed ticks are made up for: 4h', duration)
    .addHelpText('after', OUTPUT)
  withCommonOptions(add).action(async (task, expression, payload, options) => {
    const { runCronAdd } = await import('./run-add.ts')
    await runCronAdd({ task, expression, payload }, options)
  })
}
