import type { Command } from 'commander'
import { duration, wholeNumber, withCommonOptions } from '../../options.ts'
import { withRemoteOption } from '../../remote.ts'

const OUTPUT = `
Output:
  A screen that is drawn anew: jobs by state, how many are scheduled and finished in a second, queues, what runs. q or
  Ctrl-C ends it.
  With --json an object per line and interval, also without a terminal: what ks bg stats has without tasks, and rates
  (scheduled, finished: per second since the line before), queues and running (as in ks bg queues and ks bg list).

Examples:
  ks bg top
  ks bg top --json --count 1 | jq .states`

/** Adds `ks bg top`. */
export function addTop(group: Command): void {
  const top = group
    .command('top')
    .summary('watch jobs, queues and workers live')
    .description('Shows how everything stands, again and again.')
    .option('-i, --interval <duration>', 'how long to wait before it looks again (default: 1s)', duration)
    .option('--count <number>', 'end after it has looked so often', wholeNumber(1, 1_000_000))
    .addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(top)).action(async options => {
    const { runTop } = await import('./run-top.ts')
    await runTop(options)
  })
}
