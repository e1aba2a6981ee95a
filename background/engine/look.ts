import type { Call, Executor, Row } from '../../framework/executor.ts'
import { plainArray, statement } from './statement.ts'

/** What there is to do, as cheaply as it can be asked. */
export interface Sight {
  readonly free: boolean
  readonly queued: boolean
  /** Milliseconds until the next deferred job is due; not positive when one is, undefined when there is none. */
  readonly nextIn: number | undefined
  /** How many lanes there are besides lane 0. */
  readonly lanes: number
  /** Transactions that began to write before the one with this number have ended, and what they wrote is seen. */
  readonly allEndedBefore: number
  /** The session that looked: another one when the connection was lost in between. */
  readonly session: string
}

/**
 * Promises nothing beyond what it reads. Indexes: ready_order, member's and deferred's keys, one probe each; all of
 * lane's, which has few rows. Locks: none.
 */
const LOOK = statement(
  'look',
  `
select exists (select from unnest($1::int[]) as l (lane) cross join lateral (
         select from background.ready r where r.lane = l.lane limit 1) x),
       exists (select from background.member),
       (select extract(epoch from d.run_at - now()) * 1000 from background.deferred d order by d.run_at limit 1),
       (select count(*) from background.lane),
       txid_snapshot_xmin(txid_current_snapshot()), pg_backend_pid()
`,
)

/** The one query that an idle worker sends. */
export async function look(db: Executor, lanes: readonly number[]): Promise<Sight> {
  const [row] = await db.run(...lookCall(lanes))
  return sightOf(row as Row)
}

/** The same query, to be sent with others; {@link sightOf} reads its row. */
export function lookCall(lanes: readonly number[]): Call {
  return [LOOK, [plainArray(lanes)]]
}

export function sightOf([free, queued, nextIn, count, xmin, pid]: Row): Sight {
  return {
    free: free === 't',
    queued: queued === 't',
    nextIn: nextIn == null ? undefined : Number(nextIn),
    lanes: Number(count),
    allEndedBefore: Number(xmin),
    session: pid as string,
  }
}
