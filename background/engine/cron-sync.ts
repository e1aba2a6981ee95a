import type { Connection } from '../../framework/connection.ts'
import type { CronEntry } from '../cron.ts'
import { CRON_COLUMNS, cronDefinitions, GIVEN_CRONS, REDEFINE_CRON } from './cron-definition.ts'
import { statement } from './statement.ts'

/** Workers that start together bring in their entries one after the other, and see what the others did. */
const LOCK = statement('cron_lock', `select pg_advisory_xact_lock(hashtext('background.cron_sync'))`)

/**
 * Promises: the entries from code are exactly the given ones, in one instant; those added at run time stay, unless
 * code now has one of the same name. Nothing that an entry has lived through changes: until which tick it is
 * settled, whether it is paused. Writes only what differs.
 * Index: cron's primary key; reads the whole table once. Locks: the rows that change; the advisory lock before it.
 */
const SYNC = statement(
  'cron_sync',
  `
with given (${CRON_COLUMNS}) as materialized (
  ${GIVEN_CRONS}),
gone as (
  delete from background.cron c
   where c.source <> 'dynamic' and c.name not in (select g.name from given g) returning c.name),
written as (
  insert into background.cron as c (${CRON_COLUMNS})
  select * from given
  on conflict (name) do update set ${REDEFINE_CRON}
   where (c.task, c.expression, c.time_zone, c.payload::text, c.queue, c.priority, c.max_attempts, c.key, c.key_mode,
          c.tags, c.missed, c.fill, c.cap, c.source) is distinct from
         (excluded.task, excluded.expression, excluded.time_zone, excluded.payload::text, excluded.queue,
          excluded.priority, excluded.max_attempts, excluded.key, excluded.key_mode,
          excluded.tags, excluded.missed, excluded.fill, excluded.cap, excluded.source)
  returning c.name, c.xmax = 0 as added)
select name, case when added then 'added' else 'changed' end from written
union all
select name, 'removed' from gone
`,
)

/** What bringing in the entries changed: names, sorted. */
export interface CronChanges {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
}

/** Makes `entries` those that come from code. */
export async function syncCrons(db: Connection, entries: readonly CronEntry[]): Promise<CronChanges> {
  const [, rows = []] = await db.runTogether([
    [LOCK, []],
    [SYNC, [cronDefinitions(entries)]],
  ])
  const namesOf = (change: string) => {
    const names = rows.filter(row => row[1] === change).map(row => row[0] as string)
    return names.sort()
  }
  return { added: namesOf('added'), changed: namesOf('changed'), removed: namesOf('removed') }
}
