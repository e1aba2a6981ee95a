import { type Command, Option } from 'commander'
import { didYouMean } from '../../../framework/did-you-mean.ts'
import { UsageError } from '../../errors.ts'
import { EXIT_HELP } from '../../exit-codes.ts'
import { duration, repeated, time, wholeNumber, withCommonOptions, withLogOption } from '../../options.ts'

/** Adds the commands of background jobs. */
export function register(program: Command): void {
  const group = program
    .command('bg')
    .alias('background')
    .description('Background jobs. Without a command: ks bg start, with its flags.')
    .addHelpText('after', `\n${EXIT_HELP}`)
  addStart(group)
  addSchedule(group)
  addMigrate(group)
}

function addStart(group: Command): void {
  const start = group
    .command('start', { isDefault: true })
    .summary('run jobs')
    .description(
      'Runs jobs until it is interrupted. The first Ctrl-C or SIGTERM lets running jobs finish within the grace\n' +
        'time (exit code 0), the second gives them back to other workers (130 or 143), the third just leaves.',
    )
    .allowExcessArguments()
    .option(
      '-c, --concurrency <jobs>',
      'how many jobs run at the same time (default: 10)',
      wholeNumber(1, 10_000),
    )
    .option('--tasks <directory>', 'where the tasks are (default: tasks)')
    .option('--grace <duration>', 'how long running jobs may take to finish (default: 30s)', duration)
    .option('--once', 'end when no job is left that could run now')
    .addHelpText('after', START_OUTPUT)
  withCommonOptions(withLogOption(start)).action(async (options, { args }: Command) => {
    refuseUnknownCommand(group, args)
    const { start } = await import('./start.ts')
    await start(options)
  })
}

const START_OUTPUT = `
Output:
  In a terminal there is a line for each job that ends; elsewhere, or with --log json, a JSON object with time,
  event and what belongs to it: id, task, queue, attempt, maxAttempts, waited and ms (milliseconds), again
  (milliseconds until the next attempt), reason, error. What tasks log goes to stderr.
  LOG_LEVEL=warn leaves out what goes well.`

function addSchedule(group: Command): void {
  const schedule = group
    .command('schedule')
    .summary('write a job')
    .description(
      'Writes a job for a worker to run, once its payload has passed the schema of the task.\n' +
        'Nothing is written when anything is wrong.',
    )
    .argument('<task>', 'the name of the task: SendEmail, billing/ChargeCard')
    .argument('[payload]', 'JSON; - reads it from standard input')
    .allowExcessArguments()
    .option('-f, --file <file>', 'read the payload from a file')
    .option(
      '-s, --set <name=value>',
      'one property of the payload: to=ann@example.com, or count:=3 for JSON',
      repeated,
    )
    .option('-q, --queue <name>', 'the queue it waits in')
    .addOption(
      new Option('--in <duration>', 'not before this time has passed: 30s, 10m, 1h 30m, 7d')
        .argParser(duration)
        .conflicts('at'),
    )
    .option('--at <time>', 'not before this time: 2026-11-22T08:30 (local), 2026-11-22T08:30Z', time)
    .option('--priority <number>', 'lower runs first', wholeNumber(-32_768, 32_767))
    .option('--key <key>', 'names this piece of work, so that it is not scheduled twice')
    .option('--attempts <number>', 'how often it is tried', wholeNumber(1, 32_767))
    .option('--tag <tag>', 'a word to find it by; may be repeated', repeated)
    .option('--tasks <directory>', 'where the tasks are (default: tasks)')
    .option('--wait', 'wait until it has finished; exit code 1 when it did not complete')
    .option('--timeout <duration>', 'with --wait: for how long at most', duration)
    .option('-n, --dry-run', 'check everything and write nothing')
    .addHelpText('after', SCHEDULE_EXAMPLES)
  withCommonOptions(schedule).action(async (task, payload, options, { args }: Command) => {
    refuseSurplus(args)
    const { schedule } = await import('./schedule.ts')
    await schedule(task, payload, options)
  })
}

const SCHEDULE_EXAMPLES = `
Examples:
  ks bg schedule SendEmail '{ "to": "ann@example.com" }'
  ks bg schedule SendEmail --set to=ann@example.com --queue email --in 10m
  jq .order order.json | ks bg schedule ShipOrder - --wait --timeout 1m`

function addMigrate(group: Command): void {
  const migrate = group
    .command('migrate')
    .summary('bring the database schema up to date')
    .description(
      'Brings the database schema of background jobs up to date, all or nothing; does nothing when it is.',
    )
    .addOption(
      new Option(
        '--status',
        'only say how far it is; exit code 4 when it does not fit this version',
      ).conflicts(['sql', 'dryRun']),
    )
    .addOption(new Option('--sql', 'only print what would be sent, as a script for psql').conflicts('dryRun'))
    .option('-n, --dry-run', 'do everything and take it back')
  withCommonOptions(migrate).action(async options => {
    const { migrate } = await import('./migrate.ts')
    await migrate(options)
  })
}

/** `ks bg` runs `start`, so commander takes every word it does not know for an argument of that. */
function refuseUnknownCommand(group: Command, args: readonly string[]): void {
  const [word] = args
  if (word === undefined) return
  const known = group.commands.map(command => command.name())
  const meant = didYouMean(word, known)
  throw new UsageError(
    `there is no command ks bg ${word}${meant ? `; did you mean ${meant}?` : ''}`,
    `known commands: ${known.join(', ')}`,
  )
}

/** A shell that was not told to keep the payload together has made several words of it. */
function refuseSurplus(args: readonly string[]): void {
  if (args.length <= 2) return
  throw new UsageError(
    `the payload is ${args.length - 1} words: ${args.slice(1).join(' ')}`,
    `put all of it in single quotes, '{ "to": "ann@example.com" }', or write --set to=ann@example.com`,
  )
}
