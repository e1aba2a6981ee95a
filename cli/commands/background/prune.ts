import type { Command } from 'commander'
import { withCommonOptions } from '../../options.ts'

const OUTPUT = `
Output:
  With --json an object: days (of history that are gone) and queues (whose settings said nothing but the default); with
  --dry-run also dryRun, and days is an array of them.

Examples:
  ks bg prune
  ks bg prune --dry-run
  ks bg delete --where 'state:completed before:1d'     deletes jobs before their time`

/** Adds `ks bg prune`. */
export function addPrune(group: Command): void {
  const prune = group
    .command('prune')
    .summary('drop history that has expired')
    .description(
      'Does now what workers do every hour: drops the days of history in which every job has expired, and tidies up\n' +
        'settings of queues that say nothing.',
    )
    .option('-n, --dry-run', 'only say what would be dropped')
    .addHelpText('after', OUTPUT)
  withCommonOptions(prune).action(async options => {
    const { runPrune } = await import('./run-prune.ts')
    await runPrune(options)
  })
}
