import type { Command } from 'commander'
import { withCommonOptions } from '../../../options.ts'
import { withRemoteOption } from '../../../remote.ts'

const OUTPUT = `
Output:
  With --json an object: queues, an array as of ks bg queues.

Example:
  ks bg queues resume email`

/** Adds `ks bg queues resume`. */
export function addQueuesResume(group: Command): void {
  const resume = group
    .command('resume')
    .summary('let paused queues go on')
    .description('Lets paused queues go on. One that is not paused stays as it is.')
    .argument('<queue...>', 'the names of queues')
    .addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(resume)).action(async (names, options) => {
    const { runQueuesResume } = await import('./run-resume.ts')
    await runQueuesResume(names, options)
  })
}
