import type { Command } from 'commander'
import { repeated, withCommonOptions } from '../../../options.ts'
import { withRemoteOption } from '../../../remote.ts'
import { withTreatment } from './treatment.ts'

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
      'Adds a cron entry, which workers follow at once. Its payload has to pass the schema of the task. Unless it is\n' +
        'said otherwise, times are meant in UTC, missed ticks are skipped, and a key replaces the job that waits.',
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
    .addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(withTreatment(add))).action(
    async (task, expression, payload, options) => {
      const { runCronAdd } = await import('./run-add.ts')
      await runCronAdd({ task, expression, payload }, options)
    },
  )
}
