import type { Command } from 'commander'
import { withCommonOptions } from '../../../options.ts'
import { withRemoteOption } from '../../../remote.ts'

const OUTPUT = `
Output:
  Workers hear of it at once where notifications reach them, else with their next heartbeat, within two seconds.
  With --json an object: workers, an array of id and name of those that were told.

Example:
  ks bg workers quiet web-1.41273`

/** Adds `ks bg workers quiet`. */
export function addWorkersQuiet(group: Command): void {
  const quiet = group
    .command('quiet')
    .summary('let workers take no more jobs')
    .description(
      'Lets workers take no more jobs: what runs goes on, and what waits in them goes to others.\n' +
        'ks bg workers resume takes that back.',
    )
    .argument('[worker...]', 'names or ids of workers, or how they begin')
    .option('-a, --all', 'all workers')
    .addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(quiet)).action(async (names, options) => {
    const { runWorkersQuiet } = await import('./run-quiet.ts')
    await runWorkersQuiet(names, options)
  })
}
