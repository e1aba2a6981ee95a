import type { Command } from 'commander'
import { duration, withCommonOptions } from '../../../options.ts'

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
      'Waits until no job of a queue is due and none runs. Jobs that are due later are not waited for.\n' +
        'A paused queue never empties, so that is refused.',
    )
    .argument('<queue>', 'the name of a queue')
    .option('--timeout <duration>', 'for how long at most (exit code 124)', duration)
    .addHelpText('after', OUTPUT)
  withCommonOptions(drain).action(async (name, options) => {
    const { runQueuesDrain } = await import('./run-drain.ts')
    await runQueuesDrain(name, options)
  })
}
