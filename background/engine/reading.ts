import type { Connection } from '../../framework/connection.ts'
import type { Executor } from '../../framework/executor.ts'
import { BackgroundError } from '../errors.ts'
import { statement } from './statement.ts'

/** An answer that takes longer is not worth what the database does for it. */
const READING_TIMEOUT_MS = 5_000
const CANCELED = '57014'

/** Promises: what follows in this transaction changes nothing and ends soon. Indexes, locks: none. */
const READ_ONLY = statement(
  'read_only',
  `select set_config('transaction_read_only', 'on', true), set_config('statement_timeout', '${READING_TIMEOUT_MS}ms', true)`,
)

/** Where people's questions are asked: whatever they are, they change nothing and are given up after five seconds. */
export function readOnly(db: Connection): Executor {
  return {
    async run(asked, values) {
      const [, rows] = await db
        .runTogether([
          [READ_ONLY, []],
          [asked, values],
        ])
        .catch(error => {
          throw (error as { code?: unknown }).code === CANCELED ? tooSlow(error) : error
        })
      return rows ?? []
    },
  }
}

function tooSlow(cause: unknown): BackgroundError {
  return new BackgroundError(`the database has not answered within ${READING_TIMEOUT_MS / 1_000} seconds`, {
    code: 'READING_TIMED_OUT',
    hint: 'ask for less, by id, key or state; or look at what the database is busy with: ks bg doctor',
    cause,
  })
}
