import type { Command } from 'commander'
import { repeated, withCommonOptions } from '../../options.ts'
import { withRemoteOption } from '../../remote.ts'

const OUTPUT = `
Output:
  With --json an object: id (of the new job), of (the old one), task and payload; with --here as of ks bg run.

Examples:
  ks bg replay 81240
  ks bg replay 81240 --set to=ann@example.com
  ks bg replay 81240 --here --rollback`

/** Adds `ks bg replay`. */
export function addReplay(group: Command): void {
  const replay = group
    .command('replay')
    .summary('run a copy of a job')
    .description(
      'Schedules a copy of a job, whatever its state: the same task, payload, queue, priority, tags and flags, but no key.\n' +
        'The job itself stays as it is. With --here the task runs in this process, without a job.',
    )
    .argument('<id>', 'the id of a job')
    .option('-f, --file <file>', 'another payload, from a file')
    .option(
      '-s, --set <name=value>',
      'another property of the payload: to=ann@example.com, count:=3 (JSON)',
      repeated,
    )
    .option('--here', 'run it in this process')
    .option('--rollback', 'with --here: undo what it writes')
    .option('--inspect', 'with --here: wait for a debugger')
    .addHelpText('after', OUTPUT)
  withCommonOptions(withRemoteOption(replay)).action(async (id, options) => {
    const { runReplay } = await import('./run-replay.ts')
    await runReplay(id, options)
  })
}
