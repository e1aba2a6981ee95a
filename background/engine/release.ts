import type { Call } from '../../framework/executor.ts'
import { type Closing, closing, closingValues } from './closing.ts'
import { probe } from './probe.ts'
import { CRASHES_BEFORE_TRIAL } from './rescue.ts'
import { plainArray, statement } from './statement.ts'

/** A claimed job to be given back as it was. */
export interface Release {
  readonly claim: string
  readonly id: string
}

/**
 * Promises: the jobs wait again exactly where they stood, with no attempt used, and leave the claim in the same
 * instant; a slot freed here is free only when its jobs are back at the head of their queue. A suspect is on trial no more,
 * also when it was put on trial in this very instant, which this statement cannot see.
 * Indexes: primary keys of claim and job; ready_order and member's key for the rows that come back.
 * Locks: the claims, for update.
 */
const RELEASE = statement(
  'release',
  `
with mine as materialized (
  select id, ids from background.claim where id = any ($1::bigint[]) and worker_id = $2 for update),
told as materialized (
  select * from unnest($3::bigint[], $4::bigint[]) as r (claim_id, id)),
back as materialized (
  select j.id, j.queue, j.lane, j.priority, j.run_at, j.crashes
    from told r join mine on mine.id = r.claim_id and r.id = any (mine.ids)
    join background.job j on ${probe('j.id', 'r.id')}),
free as (
  insert into background.ready (lane, priority, run_at, id)
  select lane, priority, run_at, id from back where queue is null),
queued as (
  insert into background.member (queue, priority, run_at, id)
  select queue, priority, run_at, id from back where queue is not null),
off_trial as (
  update background.job j set crashes = ${CRASHES_BEFORE_TRIAL}
    from back b where ${probe('j.id', 'b.id')} and b.crashes >= ${CRASHES_BEFORE_TRIAL}),
left_claim as (
  update background.claim c
     set ids = array(select i from unnest(c.ids) i where i <> all (array(select id from back)))
    from mine where ${probe('c.id', 'mine.id')} and c.id <> all ($5::bigint[])),
${closing(5)}
select id from told where id not in (select id from back)
`,
)

/** The call that gives `jobs` back; its rows are the ids that were not ours any more. */
export function release(worker: string, jobs: readonly Release[], end: Closing): Call {
  const claims = jobs.map(job => job.claim)
  return [
    RELEASE,
    [
      plainArray([...new Set(claims)]),
      worker,
      plainArray(claims),
      plainArray(jobs.map(job => job.id)),
      ...closingValues(end),
    ],
  ]
}
