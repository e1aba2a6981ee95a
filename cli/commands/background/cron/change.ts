import type { Command } from 'commander'
import { repeated, withCommonOptions } from '../../../options.ts'
import { withRemoteOption } from '../../../remote.ts'
import { withTreatment } from './treatment.ts'

const OUTPUT = `
Output:
  With --json an object: crons, an array as of ks bg cron.

Examples:
  ks bg cron change SendReport --expression '0 9 * * MON-FRI'
  ks bg cron change NightlyPrune --tz Europe/Warsaw --missed once`

/** Adds `ks bg cron change`. */
export function addCronChange(group: Command): void {
  const change = group
    .command('change')
    .summary('change a cron entry that was added at run time')
    .description(
      'Changes a cron entry that was added at run time; workers follow at once, and no tick comes twice. What is not\n' +
        'given stays. An entry from code is changed in the code.',
    )
    .argument('<entry>', 'the name of an entry')
    .argument('[payload]', 'another payload, as JSON; - reads it from standard input')
    .option('-f, --file <file>', 'read the payload from a file')
    .option('-s, --set <name=value>', 'a property of the new payload: to=ann@example.com, count:=3', repeated)
    .option('--expression <expression>', 'minute, hour, day, month, weekday in quotes: "0 8 * * MON-FRI"')
    .addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(withTreatment(change))).action(async (entry, payload, options) => {
    const { runCronChange } = await import('./run-change.ts')
    await runCronChange(entry, { ...options, argument: payload })
  })
}
