import type { Command } from 'commander'
import { addLs } from '../../../group.ts'
import { withCommonOptions } from '../../../options.ts'
import { withRemoteOption } from '../../../remote.ts'

const OUTPUT = `
Output:
  Queues that have due jobs, running ones or settings of their own, by name.
  With --json an object: queues, an array of name, concurrency, available (due jobs, counted up to 10,000), running
  (taken slots), waited (milliseconds that the next job has been due, or null) and paused (at, by, reason; or null).

Example:
  ks bg queues`

/** Adds `ks bg queues ls`. */
export function addQueuesLs(group: Command): void {
  const ls = addLs(group, 'list queues: what waits, what runs, what is paused').addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(ls)).action(async options => {
    const { runQueuesLs } = await import('./run-ls.ts')
    await runQueuesLs(options)
  })
}
