import type { Connection } from '../../framework/connection.ts'
import type { Executor } from '../../framework/executor.ts'
import { probe } from './probe.ts'
import { plainArray, statement, textArray } from './statement.ts'

/** Where jobs wait that not every worker takes. All others are in lane 0. */
export interface Lane {
  readonly id: number
  /** The flags of each job in it. */
  readonly flags: readonly string[]
}

/** Promises nothing beyond what it reads: all of lane, which has few rows. Locks: none. */
const LANES = statement(
  'lanes',
  `
select id, array_to_json(flags)::text from background.lane where task is null or task = any ($1::text[])
`,
)

/** The lanes, besides lane 0, in which jobs of `tasks` may wait. */
export async function lanesOf(db: Executor, tasks: readonly string[]): Promise<Lane[]> {
  const rows = await db.run(LANES, [textArray(tasks)])
  return rows.map(([id, flags]) => ({ id: Number(id), flags: JSON.parse(flags as string) }))
}

/** Two workers that find the same stranger at the same time make one lane for it: the second sees the first's. */
const LOCK = statement('set_aside_lock', `select pg_advisory_xact_lock(hashtext('background.set_aside'))`)

/** Promises: each of the tasks has a lane of its own. Index: lane's. Locks: its new rows. */
const SET_ASIDE = statement(
  'set_aside',
  `
insert into background.lane (task)
select distinct n.name from unnest($1::text[]) as n (name)
 where not exists (select from background.lane l where l.task = n.name and l.flags = '{}')
`,
)

/** Gives `tasks`, which this worker does not know, lanes of their own: new jobs of theirs wait there. */
export async function setAside(db: Connection, tasks: readonly string[]): Promise<void> {
  await db.runTogether([
    [LOCK, []],
    [SET_ASIDE, [textArray(tasks)]],
  ])
}

/** A claimed job of a task that this worker does not know. */
export interface Stranger {
  readonly claim: string
  readonly id: string
}

/**
 * Promises: those jobs that are still this worker's go back to the lanes of their tasks. Nobody puts them back
 * meanwhile, or they would wait in one lane and say that they wait in another.
 * Indexes: primary keys of claim and job; lane's. Locks: the claims, and the bodies of jobs that nobody else has.
 */
const MOVE = statement(
  'move_aside',
  `
with mine as materialized (
  select id, ids from background.claim where id = any ($1::bigint[]) and worker_id = $2 for update),
found as materialized (
  select s.id from unnest($1::bigint[], $3::bigint[]) as s (claim_id, id)
    join mine on mine.id = s.claim_id and s.id = any (mine.ids))
update background.job j set lane = background.lane_for(j.task, j.flags) from found f where ${probe('j.id', 'f.id')}
`,
)

/** Lets `strangers` go back to the lanes of their tasks, which have been set aside. */
export async function moveAside(db: Executor, worker: string, strangers: readonly Stranger[]): Promise<void> {
  const claims = plainArray(strangers.map(job => job.claim))
  await db.run(MOVE, [claims, worker, plainArray(strangers.map(job => job.id))])
}
