import type { Command } from 'commander'
import { withCommonOptions } from '../options.ts'

const OUTPUT = `
Output:
  The names of the files that were written. With --json an object: directory, and files, an array of paths in it.

Example:
  ks new shop && cd shop && npm install && npm run dev`

/** Adds `ks new`. */
export function addNew(program: Command): void {
  const create = program
    .command('new')
    .summary('write a small app')
    .description(
      'Writes a small app that runs at once: a route, a task that it schedules, and tests of both.\n' +
        'The directory has to be new or empty.',
    )
    .argument('<directory>', 'where; its last part is the name of the app')
    .addHelpText('after', OUTPUT)
  withCommonOptions(create).action(async (directory, options) => {
    const { runNew } = await import('./run-new.ts')
    await runNew(directory, options)
  })
}
