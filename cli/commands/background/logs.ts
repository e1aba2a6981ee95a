import type { Command } from 'commander'
import { withCommonOptions } from '../../options.ts'
import { withRemoteOption } from '../../remote.ts'

const OUTPUT = `
Output:
  What tasks write through log is kept with the job: of its last 10 attempts, the last 100 lines and 16 KiB each, from
  when the attempt has ended for as long as the job is kept. With captureConsole: true in the configuration, so is what
  they write to the console. --follow shows each attempt as soon as it has ended, and ends when the job has finished.
  With --json an object: id, state, attempts, an array of attempt, dropped (lines that were not kept) and lines, an array
  of at, level, message and fields (or null); with --follow each such attempt on a line of its own.

Examples:
  ks bg logs 81240
  ks bg logs 81240 --follow`

/** Adds `ks bg logs`. */
export function addLogs(group: Command): void {
  const logs = group
    .command('logs')
    .summary('show what a job has logged')
    .description('Shows what the attempts of a job have logged.')
    .argument('<id>', 'its id')
    .option('-f, --follow', 'go on until the job has finished')
    .addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(logs)).action(async (id, options) => {
    const { runLogs } = await import('./run-logs.ts')
    await runLogs(id, options)
  })
}
