import { QUERY_HELP } from './query-help.ts'

/** What `--help` says about doing something with several jobs. */
export const BULK_HELP = `${QUERY_HELP}

Many jobs:
  A query is answered with a question in a terminal and needs --yes elsewhere; --dry-run only says what it means.
  It is done in pieces, each of which is a transaction: Ctrl-C ends it after the piece under way.

Output:
  With --json an object: verb, dryRun, done and told (numbers; told are running jobs that are to stop), interrupted,
  refused (id, code, message, hint). With --dry-run: verb, dryRun, count, capped (there are more), ids (up to 10).`
