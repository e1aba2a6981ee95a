import type { Command } from 'commander'
import { withCommonOptions } from '../../options.ts'

const OUTPUT = `
Output:
  The names of the files that were written. With --json an object: task, and files, an array of paths.

Examples:
  ks bg new SendInvoice
  ks bg new billing/ChargeCard`

/** Adds `ks bg new`. */
export function addNew(group: Command): void {
  const create = group
    .command('new')
    .summary('write a task and its test')
    .description(
      'Writes a task with a schema for its payload, and a test of it. Nothing that is there is overwritten.',
    )
    .argument('<task>', 'its name, in PascalCase: SendInvoice, billing/ChargeCard')
    .option('--tasks <directory>', 'where the tasks are (default: tasks)')
    .addHelpText('after', OUTPUT)
  withCommonOptions(create).action(async (name, options) => {
    const { runNew } = await import('./run-new.ts')
    await runNew(name, options)
  })
}
