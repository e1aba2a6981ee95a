import type { Executor, Row } from '../../framework/executor.ts'
import type { CronEntry, CronSource, MissedPolicy } from '../cron.ts'
import type { KeyMode } from '../key.ts'
import { statement } from './statement.ts'

/** An entry as it stands. */
export interface CronRecord extends CronEntry {
  /** Ticks before it became known were nobody's business. */
  readonly knownSince: Date
  readonly pausedAt: Date | undefined
  /** Ticks that passed while it was paused are nobody's business either. */
  readonly resumedAt: Date | undefined
  /** The last tick that was scheduled or skipped. */
  readonly lastTick: Date | undefined
  /** The ids of its last jobs, newest first. */
  readonly recentJobs: readonly string[]
}

/** Promises nothing beyond what it reads. Index: cron's primary key for one name, else the whole table. Locks: none. */
const LIST = statement(
  'cron_list',
  `
select name, task, expression, time_zone, payload::text, queue, priority, max_attempts, key, key_mode,
       to_json(coalesce(tags, '{}'))::text, missed, extract(epoch from fill) * 1000, cap, source,
       extract(epoch from known_since) * 1000, extract(epoch from paused_at) * 1000,
       extract(epoch from resumed_at) * 1000, extract(epoch from last_tick) * 1000, to_json(recent_jobs::text[])::text
  from background.cron where name = coalesce($1, name) order by name
`,
)

/** All entries by name, or the one of that name. */
export async function listCrons(db: Executor, name?: string): Promise<CronRecord[]> {
  const rows = await db.run(LIST, [name ?? null])
  return rows.map(stored)
}

function stored(row: Row): CronRecord {
  const [name, task, expression, timeZone, payload, queue, priority, maxAttempts, key, keyMode] = row
  const [tags, missed, fill, cap, source] = row.slice(10)
  const [knownSince, pausedAt, resumedAt, lastTick, recentJobs] = row.slice(15)
  return {
    name: name as string,
    task: task as string,
    expression: expression as string,
    timeZone: timeZone as string,
    payload: payload as string,
    queue: queue ?? undefined,
    priority: Number(priority),
    maxAttempts: Number(maxAttempts),
    key: key ?? undefined,
    keyMode: keyMode as KeyMode,
    tags: JSON.parse(tags as string),
    missed: missed as MissedPolicy,
    fill: fill == null ? undefined : Number(fill),
    cap: Number(cap),
    source: source as CronSource,
    knownSince: new Date(Number(knownSince)),
    pausedAt: pausedAt == null ? undefined : new Date(Number(pausedAt)),
    resumedAt: resumedAt == null ? undefined : new Date(Number(resumedAt)),
    lastTick: lastTick == null ? undefined : new Date(Number(lastTick)),
    recentJobs: JSON.parse(recentJobs as string),
  }
}
