import type { Command } from 'commander'
import { duration, withCommonOptions } from '../../options.ts'
import { withRemoteOption } from '../../remote.ts'

const OUTPUT = `
Output:
  A line for each job as it ends. With --json an object per line: id, state, attempt, ms, waited (milliseconds until
  the last attempt began), result, error.
  Exit code 0 when all have completed, 1 when one was cancelled or discarded, 3 when there is no such job, 124 when
  time ran out.

Examples:
  ks bg wait 81240
  ks bg wait 81240 81241 --timeout 5m`

/** Adds `ks bg wait`. */
export function addWait(group: Command): void {
  const wait = group
    .command('wait')
    .summary('wait until jobs have finished')
    .description('Waits until jobs have finished, and tells how they ended.')
    .argument('<id...>', 'their ids')
    .option('--timeout <duration>', 'for how long at most: 30s, 10m', duration)
    .addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(wait)).action(async (ids, options) => {
    const { runWait } = await import('./run-wait.ts')
    await runWait(ids, options)
  })
}
