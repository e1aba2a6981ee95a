import type { Command } from 'commander'
import { withCommonOptions } from '../../../options.ts'
import { withRemoteOption } from '../../../remote.ts'

const OUTPUT = `
Output:
  With --json an object: queues, an array as of ks bg queues.

Examples:
  ks bg queues pause email --reason 'the provider is down'`

/** Adds `ks bg queues pause`. */
export function addQueuesPause(group: Command): void {
  const pause = group
    .command('pause')
    .summary('let no more jobs of queues start')
    .description(
      'Lets no more jobs of these queues start until they are resumed, also across deploys. What runs goes on, and\n' +
        'jobs can be scheduled all the same.',
    )
    .argument('<queue...>', 'the names of queues')
    .option('--reason <text>', 'why, for those who find it paused')
    .addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(pause)).action(async (names, options) => {
    const { runQueuesPause } = await import('./run-pause.ts')
    await runQueuesPause(names, options)
  })
}
