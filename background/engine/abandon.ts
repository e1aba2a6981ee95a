import type { Executor } from '../../framework/executor.ts'
import { probe } from './probe.ts'
import { plainArray, statement } from './statement.ts'

/**
 * Promises: a claim whose answer was lost on the way is undone, if it happened at all: its jobs wait again as
 * they stood and its slots are free. The claim id was chosen before asking, so there is no doubt which one.
 * Indexes: primary keys of claim and job, slot_claim. Locks: the claim, for update.
 */
const ABANDON = statement(
  'abandon',
  `
with undone as materialized (
  delete from background.claim where id = any ($1::bigint[]) and worker_id = $2 returning id, ids),
freed as (
  delete from background.slot where claim_id = any ($1::bigint[])),
back as materialized (
  select j.id, j.queue, j.lane, j.priority, j.run_at
    from (select unnest(ids) as id from undone) u join background.job j on ${probe('j.id', 'u.id')}),
free as (
  insert into background.ready (lane, priority, run_at, id)
  select lane, priority, run_at, id from back where queue is null),
queued as (
  insert into background.member (queue, priority, run_at, id)
  select queue, priority, run_at, id from back where queue is not null)
select id from back
`,
)

/** Gives back whatever the claims of `worker` hold; answers how many jobs that were. */
export async function abandon(db: Executor, worker: string, claims: readonly string[]): Promise<number> {
  return (await db.run(ABANDON, [plainArray(claims), worker])).length
}
