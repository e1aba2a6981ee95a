import type { Command } from 'commander'
import { withCommonOptions } from '../../options.ts'
import { withRemoteOption } from '../../remote.ts'

const OUTPUT = `
Output:
  Jobs by state, workers, and how the last 10,000 finished jobs went, task by task. About 10,000
  of each kind are counted; 10000+ means that there are more.
  With --json an object: at, states (a number for each), more (unfinished, completed: whether there are more), waited
  (milliseconds that the next job has been due, or null), workers (alive, lost, slots, taken), totals (scheduled,
  finished: since the database's statistics were reset), tasks (task, completed, cancelled, discarded, p50, p95 and p99 in
  milliseconds, or null).

Example:
  ks bg stats --json | jq .states.discarded`

/** Adds `ks bg stats`. */
export function addStats(group: Command): void {
  const stats = group
    .command('stats')
    .summary('count jobs, workers and outcomes')
    .description('Says how everything stands: jobs by state, workers, how long tasks take.')
    .addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(stats)).action(async options => {
    const { runStats } = await import('./run-stats.ts')
    await runStats(options)
  })
}
