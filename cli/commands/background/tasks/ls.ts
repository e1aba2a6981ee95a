import type { Command } from 'commander'
import { addLs } from '../../../group.ts'
import { withCommonOptions } from '../../../options.ts'

const OUTPUT = `
Output:
  The tasks in the files of this directory; a file that cannot be loaded is told on stderr, with exit code 1.
  With --json an object: tasks, an array as of ks bg tasks show, and problems, an array of severity, file, line,
  column, message and hint.

Example:
  ks bg tasks`

/** Adds `ks bg tasks ls`. */
export function addTasksLs(group: Command): void {
  const ls = addLs(group, 'list tasks and their defaults')
    .option('--tasks <directory>', 'where the tasks are (default: tasks)')
    .addHelpText('after', OUTPUT)
  withCommonOptions(ls).action(async options => {
    const { runTasksLs } = await import('./run-ls.ts')
    await runTasksLs(options)
  })
}
