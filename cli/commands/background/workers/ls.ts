import type { Command } from 'commander'
import { addLs } from '../../../group.ts'
import { withCommonOptions } from '../../../options.ts'
import { withRemoteOption } from '../../../remote.ts'

const OUTPUT = `
Output:
  Workers that have not said goodbye. One whose lease has ended is dead or cut off; others rescue its jobs.
  With --json an object: workers, an array of id, name, host, pid, version, concurrency, tasks, startedAt, leaseUntil,
  alive, claimed (jobs that run or are about to), told (work; quiet: to take no more jobs; stop: to end), memory (bytes)
  and delay (milliseconds for which its event loop was held up at most, lately); null before its first heartbeat.

Example:
  ks bg workers --json | jq '.workers[] | select(.alive | not)'`

/** Adds `ks bg workers ls`. */
export function addWorkersLs(group: Command): void {
  const ls = addLs(group, 'list the workers of all processes').addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(ls)).action(async options => {
    const { runWorkersLs } = await import('./run-ls.ts')
    await runWorkersLs(options)
  })
}
