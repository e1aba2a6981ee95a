import type { Command } from 'commander'
import { wholeNumber, withCommonOptions } from '../../../options.ts'
import { withRemoteOption } from '../../../remote.ts'

const OUTPUT = `
Output:
  With --json an object: queues, an array as of ks bg queues.

Example:
  ks bg queues limit email 10`

/** Adds `ks bg queues limit`. */
export function addQueuesLimit(group: Command): void {
  const limit = group
    .command('limit')
    .summary('set how many jobs of a queue run at once')
    .description(
      'Sets how many jobs of a queue may run at once; workers follow within moments. When the configuration names the\n' +
        'queue, the next worker that starts sets it anew.',
    )
    .argument('<queue>', 'the name of a queue')
    .argument('<jobs>', 'how many at once; 1 keeps them in order', wholeNumber(1, 32_767))
    .addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(limit)).action(async (name, jobs, options) => {
    const { runQueuesLimit } = await import('./run-limit.ts')
    await runQueuesLimit(name, jobs, options)
  })
}
