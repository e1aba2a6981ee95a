import type { Command } from 'commander'
import { duration, withCommonOptions } from '../../../options.ts'
import { withRemoteOption } from '../../../remote.ts'

const OUTPUT = `
Output:
  Workers hear of it at once where notifications reach them, else with their next heartbeat, within two seconds.
  With --json an object: workers, an array of id and name of those that were told.

Example:
  ks bg workers stop --all --wait --timeout 1m`

/** Adds `ks bg workers stop`. */
export function addWorkersStop(group: Command): void {
  const stop = group
    .command('stop')
    .summary('end workers, once their jobs have finished')
    .description(
      'Ends workers as SIGTERM would: they take no more jobs and let running ones finish within their grace time.\n' +
        'Whatever starts them may start them again.',
    )
    .argument('[worker...]', 'names or ids of workers, or how they begin')
    .option('-a, --all', 'all workers')
    .option('--wait', 'wait until they have ended')
    .option('--timeout <duration>', 'with --wait: for how long at most (exit code 124)', duration)
    .addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(stop)).action(async (names, options) => {
    const { runWorkersStop } = await import('./run-stop.ts')
    await runWorkersStop(names, options)
  })
}
