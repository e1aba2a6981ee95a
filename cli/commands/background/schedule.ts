import { type Command, Option } from 'commander'
import { UsageError } from '../../errors.ts'
import { duration, repeated, time, wholeNumber, withCommonOptions } from '../../options.ts'
import { withRemoteOption } from '../../remote.ts'

const EXAMPLES = `
Output:
  With --json an object: id, task, queue, runAt, in (milliseconds), priority, maxAttempts, key, keyMode, tags and flags;
  with --wait also how it ended, as of ks bg wait; with --dry-run payload and dryRun instead of id.

Examples:
  ks bg schedule SendEmail '{ "to": "ann@example.com" }'
  ks bg schedule SendEmail --set to=ann@example.com --queue email --in 10m
  jq .order order.json | ks bg schedule ShipOrder - --wait --timeout 1m`

/** Adds `ks bg schedule`. */
export function addSchedule(group: Command): void {
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
      'a property of the payload: to=ann@example.com, count:=3 (JSON)',
      repeated,
    )
    .option('-q, --queue <name>', 'the queue it waits in')
    .addOption(notBefore())
    .option('--at <time>', 'not before this time: 2026-11-22T08:30 (local), 2026-11-22T08:30Z', time)
    .option('--priority <number>', 'lower runs first', wholeNumber(-32_768, 32_767))
    .option('--key <key>', 'names this piece of work, so that it is not scheduled twice')
    .option(
      '--key-mode <mode>',
      'with --key, for a job that waits: replace, preserve_run_at or unsafe_dedupe',
    )
    .option('--flag <flag>', 'a word by which workers can leave it alone; may be repeated', repeated)
    .option('--attempts <number>', 'how often it is tried', wholeNumber(1, 32_767))
    .option('--tag <tag>', 'a word to find it by; may be repeated', repeated)
    .option('--tasks <directory>', 'where the tasks are (default: tasks)')
    .option('--wait', 'wait until it has finished; exit code 1 when it did not complete')
    .option('--timeout <duration>', 'with --wait: for how long at most', duration)
    .option('-n, --dry-run', 'check everything and write nothing')
    .addHelpText('after', EXAMPLES)
  withCommonOptions(withRemoteOption(schedule)).action(async (task, payload, options, { args }: Command) => {
    refuseSurplus(args)
    const { runSchedule } = await import('./run-schedule.ts')
    await runSchedule(task, payload, options)
  })
}

function notBefore(): Option {
  const option = new Option('--in <duration>', 'not before this time has passed: 30s, 10m, 1h 30m, 7d')
  return option.argParser(duration).conflicts('at')
}

/** A shell that was not told to keep the payload together has made several words of it. */
function refuseSurplus([, ...words]: readonly string[]): void {
  if (words.length <= 1) return
  throw new UsageError(
    `the payload is ${words.length} words: ${words.join(' ')}`,
    `put all of it in single quotes, '{ "to": "ann@example.com" }', or write --set to=ann@example.com`,
  )
}
