import type { Executor } from '../../framework/executor.ts'
import type { CronEntry } from '../cron.ts'
import { CRON_COLUMNS, cronDefinitions, GIVEN_CRONS, REDEFINE_CRON } from './cron-definition.ts'
import { statement } from './statement.ts'

/** Promises: the entry is new, or nothing happened. It is known from now on. Index: cron's primary key. Locks: its row. */
const ADD = statement(
  'cron_add',
  `insert into background.cron (${CRON_COLUMNS}) ${GIVEN_CRONS} on conflict (name) do nothing returning name`,
)

/** Adds an entry; false when there is one of that name. */
export async function addCron(db: Executor, entry: CronEntry): Promise<boolean> {
  return (await db.run(ADD, [cronDefinitions([entry])])).length > 0
}

/**
 * Promises: an entry that was added at run time has this definition, or nothing happened; until which tick it is
 * settled and whether it is paused stays. Index: cron's primary key. Locks: its row.
 */
const CHANGE = statement(
  'cron_change',
  `
insert into background.cron as c (${CRON_COLUMNS})
select g.* from (${GIVEN_CRONS}) g where exists (select from background.cron o where o.name = g.name)
on conflict (name) do update set ${REDEFINE_CRON} where c.source = 'dynamic'
returning name
`,
)

/** Gives the entry of that name another definition; false when there is none that was added at run time. */
export async function changeCron(db: Executor, entry: CronEntry): Promise<boolean> {
  return (await db.run(CHANGE, [cronDefinitions([entry])])).length > 0
}

/** Promises: afterwards the entry is paused, since then or longer. Index: cron's primary key. Locks: its row. */
const PAUSE = statement(
  'cron_pause',
  `update background.cron set paused_at = coalesce(paused_at, now()) where name = $1 returning name`,
)

/** Pauses an entry; false when there is none. */
export async function pauseCron(db: Executor, name: string): Promise<boolean> {
  return (await db.run(PAUSE, [name])).length > 0
}

/**
 * Promises: afterwards the entry is not paused, and ticks that passed meanwhile do not count as missed. One that is
 * settled beyond the present, because the server's clock was wrong, is so no longer.
 * Index: cron's primary key. Locks: its row.
 */
const RESUME = statement(
  'cron_resume',
  `
update background.cron
   set paused_at = null, resumed_at = case when paused_at is null then resumed_at else now() end,
       last_tick = case when last_tick > now() then now() else last_tick end
 where name = $1 returning name
`,
)

/** Lets a paused entry go on; false when there is none of that name. */
export async function resumeCron(db: Executor, name: string): Promise<boolean> {
  return (await db.run(RESUME, [name])).length > 0
}

/** Promises: an entry that was added at run time is gone; its jobs stay. Index: cron's primary key. Locks: its row. */
const REMOVE = statement(
  'cron_remove',
  `delete from background.cron where name = $1 and source = 'dynamic' returning name`,
)

/** Removes an entry; false when there is none that was added at run time. */
export async function removeCron(db: Executor, name: string): Promise<boolean> {
  return (await db.run(REMOVE, [name])).length > 0
}
