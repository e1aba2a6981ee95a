import type { Command } from 'commander'
import { wholeNumber, withCommonOptions } from '../../options.ts'

const OUTPUT = `
It makes a database of its own beside yours, and drops it: your jobs are not touched, but the server works as hard as it
can for some seconds. Numbers of different machines, or of one machine at different times, cannot be compared.

Output:
  A line for each measurement. With --json an object: jobs, and results, whose bulk, drain, concurrent and serial have
  perSecond (jobs a second), and whose pickUp has p50 and p99 (milliseconds).

Examples:
  ks bg bench
  DATABASE_URL=postgres://… ks bg bench --jobs 200000 --json`

const FEWEST = 1_000
const MOST = 10_000_000
const USUAL = 20_000

/** Adds `ks bg bench`. */
export function addBench(group: Command): void {
  const bench = group
    .command('bench')
    .summary('measure how fast jobs are on your database')
    .description('Measures how many jobs a second your database and this machine can schedule and run.')
    .option('--jobs <n>', 'how many jobs to measure with', wholeNumber(FEWEST, MOST), USUAL)
    .addHelpText('after', OUTPUT)
  withCommonOptions(bench).action(async options => {
    const { runBench } = await import('./run-bench.ts')
    await runBench(options)
  })
}
