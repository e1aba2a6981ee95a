import type { Command } from 'commander'
import { withCommonOptions } from '../../../options.ts'
import { withRemoteOption } from '../../../remote.ts'

const OUTPUT = `
Output:
  Workers hear of it at once where notifications reach them, else with their next heartbeat, within two seconds.
  With --json an object: workers, an array of id and name of those that were told.

Example:
  ks bg workers resume --all`

/** Adds `ks bg workers resume`. */
export function addWorkersResume(group: Command): void {
  const resume = group
    .command('resume')
    .summary('let quiet workers take jobs again')
    .description('Lets quiet workers take jobs again.')
    .argument('[worker...]', 'names or ids of workers, or how they begin')
    .option('-a, --all', 'all workers')
    .addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(resume)).action(async (names, options) => {
    const { runWorkersResume } = await import('./run-resume.ts')
    await runWorkersResume(names, options)
  })
}
