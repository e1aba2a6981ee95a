import type { Executor, Row } from '../../framework/executor.ts'
import type { Activity, ActivityOutcome, Deed } from '../activity.ts'
import { statement } from './statement.ts'

/**
 * Promises: it is known that somebody is about to do something, before it is done. What is older than a quarter of a
 * year goes, a few rows at a time. Index: activity's primary key. Locks: the rows it deletes.
 */
const BEGIN = statement(
  'activity_begin',
  `
with old as (
  delete from background.activity where id = any (array(
    select id from (select id, at from background.activity order by id limit 10) oldest where at < now() - interval '90 days')))
insert into background.activity (actor, action, target, details) values ($1, $2, $3, $4::json) returning id
`,
)

/** Promises: it is known what came of it, unless that was known already. Index: activity's primary key. Locks: the row. */
const SETTLE = statement(
  'activity_settle',
  `
update background.activity set outcome = $2, answer = coalesce($3::json, answer) where id = $1 and outcome is null
returning id
`,
)

/** Promises: how far it is, is known while it is not settled. Index: activity's primary key. Locks: the row. */
const PROGRESS = statement(
  'activity_progress',
  'update background.activity set answer = $2::json, told_at = now() where id = $1 and outcome is null returning id',
)

/** Promises nothing beyond what it reads: the newest before parameter 1, up to 10,000 of them. Index: activity's primary key. Locks: none. */
const LIST = statement(
  'activity_list',
  `
select id, extract(epoch from at) * 1000, actor, action, target, details::text, outcome, answer::text,
       extract(epoch from told_at) * 1000
  from (select * from background.activity where id < $1::bigint order by id desc limit 10000) a
 where ($3::text is null or actor = $3) and ($4::text is null or action = $4) and ($5::text is null or target = $5)
 order by id desc limit $2::int
`,
)

const LARGEST_ID = '9223372036854775807'

/** Promises: nobody sees any more with what something was done, only that it was. Reads all of activity. Locks: the rows. */
const FORGET_TARGET = statement(
  'activity_forget',
  'update background.activity set target = null, details = null where target = $1',
)

/** Takes what was done with `target` out of the log of activities, but for who did it, when, and what came of it. */
export async function forgetTarget(db: Executor, target: string): Promise<void> {
  await db.run(FORGET_TARGET, [target])
}

/** Answers with the id under which it is known. */
export async function beginActivity(db: Executor, { actor, action, target, details }: Deed): Promise<string> {
  const [row] = await db.run(BEGIN, [actor, action, target ?? null, details ? JSON.stringify(details) : null])
  return (row as Row)[0] as string
}

/** Answers whether it was not settled before. */
export async function settleActivity(
  db: Executor,
  id: string,
  outcome: ActivityOutcome,
  answer?: object,
): Promise<boolean> {
  const rows = await db.run(SETTLE, [id, outcome, answer ? JSON.stringify(answer) : null])
  return rows.length > 0
}

/** Answers whether it is to go on: it is not once somebody has settled it. */
export async function tellProgress(db: Executor, id: string, answer: object): Promise<boolean> {
  const rows = await db.run(PROGRESS, [id, JSON.stringify(answer)])
  return rows.length > 0
}

/** Promises nothing beyond what it reads. Index: activity's primary key. Locks: none. */
const FIND = statement(
  'activity_find',
  `
select id, extract(epoch from at) * 1000, actor, action, target, details::text, outcome, answer::text,
       extract(epoch from told_at) * 1000
  from background.activity where id = $1
`,
)

export async function findActivity(db: Executor, id: string): Promise<Activity | undefined> {
  const [row] = await db.run(FIND, [id])
  return row && activity(row)
}

export interface ActivityFilter {
  readonly before?: string | undefined
  readonly actor?: string | undefined
  readonly action?: string | undefined
  readonly target?: string | undefined
}

/** The newest first. */
export async function listActivities(
  db: Executor,
  filter: ActivityFilter,
  limit: number,
): Promise<Activity[]> {
  const { before = LARGEST_ID, actor, action, target } = filter
  const rows = await db.run(LIST, [before, limit, actor ?? null, action ?? null, target ?? null])
  return rows.map(activity)
}

function activity([id, at, actor, action, target, details, outcome, answer, toldAt]: Row): Activity {
  return {
    id: id as string,
    at: new Date(Number(at)),
    actor: actor as string,
    action: action as string,
    target: target ?? undefined,
    details: details == null ? undefined : JSON.parse(details),
    outcome: (outcome ?? undefined) as Activity['outcome'],
    answer: answer == null ? undefined : JSON.parse(answer),
    toldAt: toldAt == null ? undefined : new Date(Number(toldAt)),
  }
}
