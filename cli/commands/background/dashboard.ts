import type { Command } from 'commander'
import { wholeNumber, withCommonOptions } from '../../options.ts'

const NOTES = `
Output:
  Its address. It answers this machine only, and anybody at it may do everything: to show it to others, mount it in the
  app, with an authorize function; see docs/guides/dashboard.md.
  With --json an object: url.

Examples:
  ks bg dashboard --open
  ks bg dashboard --read-only --port 0`

/** Adds `ks bg dashboard`. */
export function addDashboard(group: Command): void {
  const dashboard = group
    .command('dashboard')
    .summary('look at jobs, queues and workers in a browser')
    .description('Serves the dashboard to this machine until it is interrupted.')
    .option(
      '-p, --port <port>',
      'where it listens; 0 takes any that is free (default: 5545)',
      wholeNumber(0, 65_535),
    )
    .option('--open', 'open it in a browser')
    .option('--read-only', 'nothing can be changed with it')
    .addHelpText('after', NOTES)
  withCommonOptions(dashboard).action(async options => {
    const { runDashboard } = await import('./run-dashboard.ts')
    await runDashboard(options)
  })
}
