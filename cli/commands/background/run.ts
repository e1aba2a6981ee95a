import type { Command } from 'commander'
import { repeated, withCommonOptions } from '../../options.ts'

const OUTPUT = `
Output:
  How the attempt ended on stdout; what the task logs on stderr. Exit code 1 when it failed or was discarded.
  With --json an object: task, outcome (completed, failed, snoozed, cancelled, discarded), ms, result, reason, error,
  rolledBack.

Examples:
  ks bg run SendReport --set userId:=7
  ks bg run PruneUploads --rollback
  ks bg run SendReport -f payload.json --inspect`

/** Adds `ks bg run`. */
export function addRun(group: Command): void {
  const run = group
    .command('run')
    .summary('run a task in this process, without a job')
    .description(
      'Runs a task once, in this process, as a worker would: its payload goes through its schema and through JSON.\n' +
        'There is no job, so nothing is retried and nothing is kept.',
    )
    .argument('<task>', 'the name of the task')
    .argument('[payload]', 'JSON; - reads it from standard input')
    .option('-f, --file <file>', 'read the payload from a file')
    .option(
      '-s, --set <name=value>',
      'a property of the payload: to=ann@example.com, count:=3 (JSON)',
      repeated,
    )
    .option('--tasks <directory>', 'where the tasks are (default: tasks)')
    .option('--rollback', 'in a transaction that is rolled back: what it writes and schedules is undone')
    .option('--inspect', 'wait for a debugger before the task begins')
    .addHelpText('after', OUTPUT)
  withCommonOptions(run).action(async (task, payload, options) => {
    const { runRun } = await import('./run-run.ts')
    await runRun(task, payload, options)
  })
}
