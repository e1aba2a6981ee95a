import type { Connection } from '../../framework/connection.ts'
import type { Executor, Row } from '../../framework/executor.ts'
import { lookCall, type Sight, sightOf } from './look.ts'
import { statement } from './statement.ts'

/** What a worker that rests sees. */
export interface RestingSight extends Sight {
  /** Whether whoever writes a job from now on rings. */
  readonly rests: boolean
  /** The first transaction that does, by its number. */
  readonly since: number
}

/**
 * Promises: when it answers true, transactions that begin to write from now on, which have larger numbers than this one,
 * ring for their jobs, see wake in the migrations, until this session rises or ends.
 * Locks: the shared advisory lock of those who rest, for the session; waits for nobody.
 */
const REST = statement(
  'rest',
  `select pg_try_advisory_lock_shared(hashtext('background'), hashtext('rest')), txid_current()`,
)

/** Rests, and then looks: what was written before, without a ring, is seen if its transaction has ended. */
export async function rest(db: Connection, lanes: readonly number[]): Promise<RestingSight> {
  const [[asked], [seen]] = (await db.runTogether([[REST, []], lookCall(lanes)])) as [Row[], Row[]]
  const [granted, number] = asked as Row
  return { ...sightOf(seen as Row), rests: granted === 't', since: Number(number) }
}

/** Promises: nobody rings for this session any more; it holds no other lock of the kind. */
const RISE = statement('rise', 'select pg_advisory_unlock_all()')

/** Ends the rest: we look by ourselves. */
export async function rise(db: Executor): Promise<void> {
  await db.run(RISE, [])
}
