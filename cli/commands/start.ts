import type { Command } from 'commander'
import { wholeNumber, withCommonOptions, withLogOption } from '../options.ts'

const EXAMPLES = `
Example:
  ks start --port 8080 --worker`

/** Adds `ks start`. */
export function addStart(program: Command): void {
  const start = program
    .command('start')
    .summary('serve the app')
    .description(
      'Serves the app that a file exports by default: the file given, else app.ts, app.js or app/index.ts.\n' +
        'The first Ctrl-C or SIGTERM lets requests and jobs under way finish, the second does not.',
    )
    .argument('[file]', 'where the app is')
    .option('-p, --port <port>', 'the port to listen on; 0 takes any that is free', wholeNumber(0, 65_535))
    .option('--host <host>', 'the address to listen on')
    .option('--worker', 'run background jobs too, in the same process')
  start.addHelpText('after', EXAMPLES)
  withCommonOptions(withLogOption(start)).action(async (file, options) => {
    const { runStart } = await import('./run-start.ts')
    await runStart(file, options)
  })
}
