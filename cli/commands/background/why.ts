import type { Command } from 'commander'
import { withCommonOptions } from '../../options.ts'
import { withRemoteOption } from '../../remote.ts'

const OUTPUT = `
Output:
  The reason that holds now, and what happens next; then what will hold it after that.
  With --json an object: id, task, state, and reasons, an array of code, text, next, at (when it ends, where that is
  known, or null) and jobs (ids of those it waits for). Codes: finished, running, cancelling, worker-lost,
  being-changed, due-later, no-worker, unknown-task, workers-quiet, queue-paused, queue-busy, behind-others, on-trial, workers-busy,
  about-to-run.

Example:
  ks bg why 81240`

/** Adds `ks bg why`. */
export function addWhy(group: Command): void {
  const why = group
    .command('why')
    .summary('say why a job is not running')
    .description('Says why a job is not running, what happens next and when.')
    .argument('<id>', 'its id')
    .addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(why)).action(async (id, options) => {
    const { runWhy } = await import('./run-why.ts')
    await runWhy(id, options)
  })
}
