import { type Command, Option } from 'commander'
import { wholeNumber } from '../options.ts'
import type { RemoteOptions } from '../remote.ts'

/** What every command has that does something with several jobs. */
export interface SelectionOptions extends RemoteOptions {
  readonly where?: string
  readonly dryRun?: true
  readonly yes?: true
  readonly rate?: number
}

/** Adds the ways to say which jobs. */
export function withSelection(command: Command): Command {
  return command
    .argument('[id...]', 'the ids of jobs')
    .option('-w, --where <query>', "the jobs that a query finds: 'task:SendEmail error:timeout since:1h'")
    .option('-n, --dry-run', 'only say which jobs it would be')
    .addOption(new Option('-y, --yes', 'do not ask'))
    .option('--rate <jobs>', 'how many in a second at most', wholeNumber(1, 1_000_000))
}
