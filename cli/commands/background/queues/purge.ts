import type { Command } from 'commander'
import { withCommonOptions } from '../../../options.ts'
import { withRemoteOption } from '../../../remote.ts'

const OUTPUT = `
Output:
  With --json an object as of ks bg delete.

Examples:
  ks bg queues purge email --dry-run
  ks bg queues purge email --yes`

/** Adds `ks bg queues purge`. */
export function addQueuesPurge(group: Command): void {
  const purge = group
    .command('purge')
    .summary('delete all jobs of a queue that wait')
    .description(
      'Deletes all jobs of a queue that wait, without a trace. What runs goes on; what has finished stays.',
    )
    .argument('<queue>', 'the name of a queue')
    .option('-n, --dry-run', 'only say which jobs it would be')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(purge)).action(async (name, options) => {
    const { runDelete } = await import('../run-delete.ts')
    await runDelete([], { ...options, where: `queue:${JSON.stringify(name)}` })
  })
}
