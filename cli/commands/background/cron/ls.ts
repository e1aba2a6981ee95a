import type { Command } from 'commander'
import { addLs } from '../../../group.ts'
import { withCommonOptions } from '../../../options.ts'
import { withRemoteOption } from '../../../remote.ts'

const OUTPUT = `
Output:
  The cron entries that the database knows: those of code get there when a worker starts.
  With --json an object: crons, an array of name, task, expression, timeZone, payload, queue, priority, maxAttempts,
  key, keyMode, tags, missed, fill, cap, source, knownSince, pausedAt, resumedAt, lastTick, next and recentJobs (ids).

Example:
  ks bg cron`

/** Adds `ks bg cron ls`. */
export function addCronLs(group: Command): void {
  const ls = addLs(group, 'list recurring schedules and when they are due next').addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(ls)).action(async options => {
    const { runCronLs } = await import('./run-ls.ts')
    await runCronLs(options)
  })
}
