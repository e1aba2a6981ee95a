import type { Command } from 'commander'
import { wholeNumber, withCommonOptions } from '../../../options.ts'
import { withRemoteOption } from '../../../remote.ts'

const OUTPUT = `
Output:
  Times as this machine has them. With --json an object: expression, timeZone and next, an array of times.

Examples:
  ks bg cron next NightlyReport
  ks bg cron next '0 8 * * MON-FRI' --tz Europe/Warsaw -n 3`

/** Adds `ks bg cron next`. */
export function addCronNext(group: Command): void {
  const next = group
    .command('next')
    .summary('say when an entry or an expression is due')
    .description('Says when a cron entry is due next, or an expression would be.')
    .argument('<entry>', 'the name of an entry, or an expression in quotes: "0 8 * * *", @daily')
    .option('--tz <zone>', 'with an expression: its time zone (default: UTC)')
    .option('-n, --count <number>', 'how many times (default: 5)', wholeNumber(1, 1_000))
    .addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(next)).action(async (entry, options) => {
    const { runCronNext } = await import('./run-next.ts')
    await runCronNext(entry, options)
  })
}
