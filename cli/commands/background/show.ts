import type { Command } from 'commander'
import { withCommonOptions } from '../../options.ts'
import { withRemoteOption } from '../../remote.ts'

const OUTPUT = `
Output:
  With --json the job as an object: id, task, queue, state, priority, runAt, createdAt, attempt, maxAttempts, crashes,
  key, tags, flags, payload, worker, claimedAt, cancelling, finishedAt, expiresAt, ms, result, error. What a job does not have
  is null; ids are text, times are ISO 8601, ms are milliseconds. What the schema of its task or the configuration calls
  secret is shown as [secret], here and in all lists. With --verbose the whole stack of its error.

Examples:
  ks bg show 81240
  ks bg show 81240 --json | jq .payload`

/** Adds `ks bg show`. */
export function addShow(group: Command): void {
  const show = group
    .command('show')
    .summary('show all that is known of a job')
    .description('Shows a job: its state, times, payload, result and last error.')
    .argument('<id>', 'its id, as ks bg schedule and ks bg list print it')
    .addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(show)).action(async (id, options) => {
    const { runShow } = await import('./run-show.ts')
    await runShow(id, options)
  })
}
