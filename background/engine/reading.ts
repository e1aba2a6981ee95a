import type { Connection } from '../../framework/connection.ts'
import type { Executor, Statement } from '../../framework/executor.ts'
import { BackgroundError } from '../errors.ts'
import { statement } from './statement.ts'

/** An answer that takes longer is not worth what the database does for it. */
const READING_TIMEOUT_MS = 5_000
const CANCELED = '57014'
/** Stands for a payload that whoever asks may not see. */
const NOT_SHOWN = 'not shown: this user may not see payloads'

/** Promises: what follows in this transaction changes nothing and ends soon. Indexes, locks: none. */
const READ_ONLY = statement(
  'read_only',
  `select set_config('transaction_read_only', 'on', true), set_config('statement_timeout', '${READING_TIMEOUT_MS}ms', true)`,
)

/**
 * Where people's questions are asked: whatever they are, they change nothing and are given up after five seconds. Who may
 * see jobs but not their payloads, such as a `background_reader`, gets an answer without these.
 */
export function readOnly(db: Connection): Executor {
  let isModest = false
  const ask = async (asked: Statement, values: readonly unknown[]) => {
    const [, rows] = await db
      .runTogether([
        [READ_ONLY, []],
        [asked, values],
      ])
      .catch(error => {
        throw codeOf(error) === CANCELED ? tooSlow(error) : error
      })
    return rows ?? []
  }
  return {
    async run(asked, values) {
      if (isModest) return ask(modest(asked), values)
      return ask(asked, values).catch(async error => {
        if (codeOf(error) !== 'PERMISSION_DENIED') throw error
        const rows = await ask(modest(asked), values)
        isModest = true
        return rows
      })
    },
  }
}

/** The columns of payloads and results, as our statements name them. */
const [PAYLOAD, RESULT] = [/(?<![\w'])(?:[jh]\.)?payload(?![\w'])/g, /(?<![\w'])h\.result(?![\w'])/g]

/** The same question without what not everybody may see. A payload is not null: what is shown says why it is not there. */
function modest({ name, text }: Statement): Statement {
  const without = text.replace(PAYLOAD, `'"${NOT_SHOWN}"'::json`).replace(RESULT, 'null::json')
  // no longer than it was: PostgreSQL cuts names
  return without === text ? { name, text } : { name: name.replace('background_', 'modest_'), text: without }
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code
}

function tooSlow(cause: unknown): BackgroundError {
  return new BackgroundError(`the database has not answered within ${READING_TIMEOUT_MS / 1_000} seconds`, {
    code: 'READING_TIMED_OUT',
    hint: 'ask for less, by id, key or state; or look at what the database is busy with: ks bg doctor',
    cause,
  })
}
