import type { Command } from 'commander'
import { withCommonOptions } from '../../options.ts'

const OUTPUT = `
Output:
  A line for each thing that was looked at: the connection, a pooler, notifications, the clock, the server, transactions
  that stay open, the schema and what is missing in it, rights, dead rows, workers, unknown tasks, paused queues; and
  what to do. Nothing is changed.
  Exit code 0 when nothing is a problem, 1 when something is; warnings do not count, but with --strict.
  With --json an object: findings, an array of check, status (ok, warning, problem), text, and fix (or null).

Example:
  ks bg doctor`

/** Adds `ks bg doctor`. */
export function addDoctor(group: Command): void {
  const doctor = group
    .command('doctor')
    .summary('look for what is wrong with the database, and say what to do')
    .description('Looks for what is wrong with the database and the work in it, and says what to do.')
    .option('--strict', 'exit code 1 for warnings too')
    .addHelpText('after', OUTPUT)
  withCommonOptions(doctor).action(async options => {
    const { runDoctor } = await import('./run-doctor.ts')
    await runDoctor(options)
  })
}
