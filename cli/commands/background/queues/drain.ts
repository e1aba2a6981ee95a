import type { Command } from 'commander'
import { duration, withCommonOptions } from '../../../options.ts'
import { withRemoteOption } from '../../../remote.ts'

const OUTPUT = `
Output:
  With --json an object: queues, an array as of ks bg queues.

Example:
  ks bg queues drain email --timeout 5m && ./deploy`

/** Adds `ks bg queues drain`. */
export function addQueuesDrain(group: Command): void {
  const drain = group
    .command('drain')
    .summary('wait until a queue is empty')
    .description(
      'Waits until no job of a queue is due and none runs: the workers go on. Jobs that are due later are not\n' +
        'waited for. A paused queue never empties, so that is refused; ks bg queues purge deletes what waits.',
    )
    .argument('<queue>', 'the name of a queue')
    .option('--timeout <duration>', 'for how long at most (exit code 124)', duration)
    .addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(drain)).action(async (name, options) => {
    const { runQueuesDrain } = await import('./run-drain.ts')
    await runQueuesDrain(name, options)
  })
}
