import type { Executor } from '../../framework/executor.ts'
import type { CronPolicy } from '../cron.ts'
import { statement } from './statement.ts'

/** What has to be known of an entry to tell when it is due. */
export interface ActiveCron extends CronPolicy {
  readonly name: string
  readonly expression: string
  readonly timeZone: string
  readonly settled: Settled
}

/** A moment until which an entry's ticks have been dealt with: as the database writes it, and in milliseconds since 1970. */
export interface Settled {
  readonly text: string
  readonly ms: number
}

export interface ActiveCrons {
  readonly entries: readonly ActiveCron[]
  /** The database's clock, in milliseconds since 1970; undefined when there is no entry. */
  readonly now: number | undefined
}

/** Promises nothing beyond what it reads: every entry that is not paused. Reads the whole table. Locks: none. */
const ACTIVE = statement(
  'cron_active',
  `
select c.name, c.expression, c.time_zone, c.missed, extract(epoch from c.fill) * 1000, c.cap,
       s.until, extract(epoch from s.until) * 1000, extract(epoch from clock_timestamp()) * 1000
  from background.cron c cross join lateral (select background.settled_until(c) as until) s
 where c.paused_at is null
`,
)

/** The entries that a scheduler waits for. */
export async function activeCrons(db: Executor): Promise<ActiveCrons> {
  const rows = await db.run(ACTIVE, [])
  const entries = rows.map(([name, expression, timeZone, missed, fill, cap, text, ms]) => ({
    name: name as string,
    expression: expression as string,
    timeZone: timeZone as string,
    missed: missed as CronPolicy['missed'],
    fill: fill == null ? undefined : Number(fill),
    cap: Number(cap),
    settled: { text: text as string, ms: Number(ms) },
  }))
  const now = rows[0]?.[8]
  return { entries, now: now == null ? undefined : Number(now) }
}
