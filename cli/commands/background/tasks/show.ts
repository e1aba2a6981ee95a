import type { Command } from 'commander'
import { withCommonOptions } from '../../../options.ts'

const OUTPUT = `
Output:
  With --json an object: name, file, queue, maxAttempts, priority, timeout and retention (milliseconds), tags, cron,
  hasSchema, and payload (what it takes, as JSON Schema, or null where its schema cannot tell).

Example:
  ks bg tasks show SendEmail`

/** Adds `ks bg tasks show`. */
export function addTasksShow(group: Command): void {
  const show = group
    .command('show')
    .summary('show a task: its file, its defaults, what payload it takes')
    .description('Shows a task: its file, its defaults, what payload it takes.')
    .argument('<task>', 'its name: SendEmail, billing/ChargeCard')
    .option('--tasks <directory>', 'where the tasks are (default: tasks)')
    .addHelpText('after', OUTPUT)
  withCommonOptions(show).action(async (name, options) => {
    const { runTasksShow } = await import('./run-show.ts')
    await runTasksShow(name, options)
  })
}
