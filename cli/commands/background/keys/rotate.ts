import type { Command } from 'commander'
import { withCommonOptions } from '../../../options.ts'

const OUTPUT = `
Output:
  With --json an object: key (that encrypts now), dryRun, jobs (that wait or run), history, crons, missed (that changed in
  that very instant) and refused, an array of id, task, code and message of those that cannot be opened.

Examples:
  ks bg keys rotate --dry-run    how many payloads older keys have encrypted
  ks bg keys rotate              after that, and once no process schedules with an older key, those can go`

/** Adds `ks bg keys rotate`. */
export function addKeysRotate(group: Command): void {
  const rotate = group
    .command('rotate')
    .summary('encrypt again what older keys encrypted')
    .description(
      'Encrypts with the first key, in the queue, in history and in cron entries, what others of the keys have\n' +
        'encrypted, a hundred payloads at a time, while workers run. When it is interrupted, the next one goes on.',
    )
    .option('-n, --dry-run', 'only count, and try whether all can be opened')
    .addHelpText('after', OUTPUT)
  withCommonOptions(rotate).action(async options => {
    const { runKeysRotate } = await import('./run-rotate.ts')
    await runKeysRotate(options)
  })
}
