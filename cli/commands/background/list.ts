import type { Command } from 'commander'
import { UsageError } from '../../errors.ts'
import { wholeNumber, withCommonOptions } from '../../options.ts'
import { withRemoteOption } from '../../remote.ts'
import { QUERY_HELP } from './query-help.ts'

const EXAMPLES = `
${QUERY_HELP}

Output:
  With --json an object: jobs, an array as of ks bg show, and cursor, where the search goes on, or null.

Examples:
  ks bg list state:retryable,discarded since:1h
  ks bg list task:SendEmail payload.to:'*@example.com' -error:timeout
  ks bg list 'error:"not found"' --limit 200 --json`

/** Adds `ks bg list`. */
export function addList(group: Command): void {
  const list = group
    .command('list')
    .alias('ls')
    .summary('find jobs')
    .description('Lists jobs that fulfil a query, the newest first; without a query, all of them.')
    .argument('[query...]', 'terms such as task:SendEmail state:discarded error:timeout')
    .option('-l, --limit <number>', 'how many at most (default: 50)', wholeNumber(1, 1_000))
    .option('--cursor <id>', 'go on where a list ended')
    // a term that begins with a minus looks like a flag
    .allowUnknownOption()
    .addHelpText('after', EXAMPLES)
  withCommonOptions(withRemoteOption(list)).action(async (words: readonly string[], options) => {
    refuseUnknownFlags(words)
    const { runList } = await import('./run-list.ts')
    await runList(words.join(' '), options)
  })
}

function refuseUnknownFlags(words: readonly string[]): void {
  const flag = words.find(word => /^--?[^:]*$/.test(word))
  if (flag !== undefined) throw new UsageError(`unknown option '${flag}'`, 'see: ks bg list --help')
}
