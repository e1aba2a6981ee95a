import type { Command } from 'commander'
import { withCommonOptions } from '../../options.ts'

const OUTPUT = `
Output:
  The path of the file. While a task cannot be loaded, the file stays as it was, with exit code 1. With --check exit code 1
  also when the file is out of date. With --json an object: file, tasks (names) and changed (or, with --check, would be).

Examples:
  ks bg types
  ks bg types --check     in a pipeline, where the file is under version control`

/** Adds `ks bg types`. */
export function addTypes(group: Command): void {
  const types = group
    .command('types')
    .summary('write the types by which tasks are scheduled by name')
    .description(
      'Writes types/tasks.d.ts, by which the compiler knows the tasks: schedule({ task: "SendEmail", payload }).\n' +
        'Workers do the same in development.',
    )
    .option('--tasks <directory>', 'where the tasks are (default: tasks)')
    .option('--check', 'only say whether it is up to date')
    .addHelpText('after', OUTPUT)
  withCommonOptions(types).action(async options => {
    const { runTypes } = await import('./run-types.ts')
    await runTypes(options)
  })
}
