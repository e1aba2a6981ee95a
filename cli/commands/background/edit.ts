import { type Command, Option } from 'commander'
import { duration, repeated, time, wholeNumber, withCommonOptions } from '../../options.ts'
import { withRemoteOption } from '../../remote.ts'

const OUTPUT = `
Output:
  With --json the job, as of ks bg show.

Examples:
  ks bg edit 81240 --in 10m --priority -5
  ks bg edit 81240 --set to=ann@example.com
  ks bg edit 81240 --no-queue`

/** Adds `ks bg edit`. */
export function addEdit(group: Command): void {
  const edit = group
    .command('edit')
    .summary('change a job that waits')
    .description(
      'Changes a job that waits: when it is due, its payload, queue, priority or attempts. What is not given stays.\n' +
        'A new payload has to pass the schema of the task. A job that runs or has finished is left alone.',
    )
    .argument('<id>', 'the id of a job')
    .option('-f, --file <file>', 'another payload, from a file')
    .option(
      '-s, --set <name=value>',
      'a property of the payload: to=ann@example.com, count:=3 (JSON)',
      repeated,
    )
    .addOption(
      new Option('--in <duration>', 'due after this time: 30s, 10m, 7d').argParser(duration).conflicts('at'),
    )
    .option('--at <time>', 'due at this time: 2026-11-22T08:30 (local), 2026-11-22T08:30Z', time)
    .option('-q, --queue <name>', 'another queue')
    .option('--no-queue', 'no queue')
    .option('--priority <number>', 'lower runs first', wholeNumber(-32_768, 32_767))
    .option('--attempts <number>', 'how often it is tried', wholeNumber(1, 32_767))
    .option(
      '--used <number>',
      'how many attempts count as used: 0 gives all of them back',
      wholeNumber(0, 32_766),
    )
    .addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(edit)).action(async (id, options) => {
    const { runEdit } = await import('./run-edit.ts')
    await runEdit(id, options)
  })
}
