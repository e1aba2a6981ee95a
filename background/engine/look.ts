import type { Executor, Row } from '../../framework/executor.ts'
import { plainArray, statement } from './statement.ts'

/** What there is to do, as cheaply as it can be asked. */
export interface Sight {
  readonly free: boolean
  readonly queued: boolean
  /** Milliseconds until the next deferred job is due; not positive when one is, undefined when there is none. */
  readonly nextIn: number | undefined
  /** How many tasks have a lane of their own. When that changes, so may the lanes of a worker's tasks. */
  readonly setAside: number
}

/**
 * Promises nothing beyond what it reads. Indexes: ready_order, member's and deferred's keys, one probe each; all of
 * task's, which has few rows. Locks: none.
 */
const LOOK = statement(
  'look',
  `
select exists (select from unnest($1::smallint[]) as l (lane) cross join lateral (
         select from background.ready r where r.lane = l.lane limit 1) x),
       exists (select from background.member),
       (select extract(epoch from d.run_at - now()) * 1000 from background.deferred d order by d.run_at limit 1),
       (select count(*) from background.task)
`,
)

/** The one query that an idle worker sends. */
export async function look(db: Executor, lanes: readonly number[]): Promise<Sight> {
  const [row] = await db.run(LOOK, [plainArray(lanes)])
  const [free, queued, nextIn, setAside] = row as Row
  return {
    free: free === 't',
    queued: queued === 't',
    nextIn: nextIn === null ? undefined : Number(nextIn),
    setAside: Number(setAside),
  }
}
