import type { Connection, Row } from '../../framework/connection.ts'
import { CLAIMED_COLUMNS, CLAIMED_WIDTH, type ClaimedJob, claimedJob } from './claimed-job.ts'
import { statement } from './statement.ts'

export interface ClaimQueuesRequest {
  /** Random and new for each call: whoever holds it owns the slots and the jobs. */
  readonly claim: string
  readonly worker: string
  /** Slots to take at most, over all queues. */
  readonly slots: number
  /** Jobs to take at most for each slot; they run one after the other. */
  readonly perSlot: number
  /** The queue looked at last; the search goes on behind it, so that no queue starves. Empty: from the first. */
  readonly cursor: string
}

/** Jobs of one queue that run one after the other in the slot they were claimed for. */
export interface Run {
  readonly claim: string
  readonly queue: string
  readonly slot: number
  readonly jobs: readonly ClaimedJob[]
}

export interface ClaimedQueues {
  readonly runs: Run[]
  /** Where the next search starts; empty when this one saw the last queue. */
  readonly cursor: string
}

/** Queues looked at by one statement; those paused or taken by others are passed over. */
const LOOK_AT = 500

/**
 * Promises: a queue never has more slots taken than its concurrency, whoever else tries.
 * Walks the distinct names of queues with due jobs behind the cursor, one index probe each, and takes a slot
 * where one is free and wanted. Names ascend, so two workers that meet wait for each other in the same order.
 * Indexes: member's primary key; slot's and queue's keys.
 * Locks: its own new slot rows; waits for a slot that another worker is taking in this instant.
 */
const TAKE_SLOTS = statement(
  'take_slots',
  `
with recursive walk (queue, step) as (
  (select queue, 1 from background.member where queue > $2 order by queue limit 1)
  union all
  select (select m.queue from background.member m where m.queue > w.queue order by m.queue limit 1), w.step + 1
    from walk w where w.queue is not null and w.step < ${LOOK_AT}),
wanted as materialized (
  select w.queue, f.number
    from walk w
    left join background.queue q on q.name = w.queue
   cross join lateral (
     select n as number from generate_series(1, coalesce(q.concurrency, 1)) n
      where not exists (select from background.slot s where s.queue = w.queue and s.number = n)
      order by n
      limit (select ceil(count(*) / $4::float8) from (
        select from background.member m where m.queue = w.queue limit coalesce(q.concurrency, 1) * $4::int) due)) f
   where w.queue is not null and q.paused_at is null
   limit $3),
won as (
  insert into background.slot (queue, number, claim_id)
  select queue, number, $1 from wanted
  on conflict (queue, number) do nothing
  returning queue)
select (select count(*) from won), (select max(queue) from won),
       (select count(*) from walk where queue is not null), (select max(queue) from walk)
`,
)

/**
 * Promises: the jobs of a queue come in order (priority, run_at, id) from its head. It runs after TAKE_SLOTS in
 * the same transaction and so with a newer snapshot: what the former owner of a slot gave back is seen.
 * A slot that finds nothing left is given up.
 * Indexes: slot_claim; member's primary key, then a tid scan; primary key of job.
 * Locks: the member rows it deletes. No SKIP LOCKED: that would slide past the head. Key-share on the worker's row.
 */
const TAKE_MEMBERS = statement(
  'take_members',
  `
with mine as materialized (
  select queue, count(*) as slots, array_agg(number order by number) as numbers
    from background.slot where claim_id = $1 group by queue),
taken as materialized (
  delete from background.member
   where ctid = any (array(
     select m.tid from mine
      cross join lateral (
        select ctid as tid from background.member
         where queue = mine.queue order by priority, run_at, id limit mine.slots * $3::int for update) m))
  returning queue, priority, run_at, id),
placed as materialized (
  select t.id, t.queue, t.priority, t.run_at,
         mine.numbers[1 + (row_number() over (partition by t.queue order by t.priority, t.run_at, t.id) - 1) % mine.slots] as number
    from taken t join mine on mine.queue = t.queue),
spare as (
  delete from background.slot s
   where s.claim_id = $1 and not exists (select from placed p where p.queue = s.queue and p.number = s.number)),
claimed as (
  insert into background.claim (id, worker_id, ids)
  select $1, $2, array_agg(id) from taken having count(*) > 0)
select ${CLAIMED_COLUMNS}, p.number
  from placed p join background.job j on j.id = p.id
 order by p.queue, p.number, p.priority, p.run_at, p.id
`,
)

/** Takes free slots of queues with due jobs and, for each, jobs from the head of its queue. */
export async function claimQueues(db: Connection, request: ClaimQueuesRequest): Promise<ClaimedQueues> {
  const { claim, worker, slots, perSlot, cursor } = request
  const [summary, rows] = await db.runTogether([
    [TAKE_SLOTS, [claim, cursor, slots, perSlot]],
    [TAKE_MEMBERS, [claim, worker, perSlot]],
  ])
  return { runs: runsOf(claim, rows as Row[]), cursor: nextCursor(summary?.[0] as Row, slots) }
}

function nextCursor([won, lastWon, walked, lastWalked]: Row, slots: number): string {
  if (Number(won) === slots) return lastWon ?? ''
  return Number(walked) < LOOK_AT ? '' : (lastWalked ?? '')
}

function runsOf(claim: string, rows: readonly Row[]): Run[] {
  const runs: { claim: string; queue: string; slot: number; jobs: ClaimedJob[] }[] = []
  for (const row of rows) {
    const job = claimedJob(claim, row)
    const slot = Number(row[CLAIMED_WIDTH])
    const last = runs.at(-1)
    if (last && last.queue === job.queue && last.slot === slot) last.jobs.push(job)
    else runs.push({ claim, queue: job.queue as string, slot, jobs: [job] })
  }
  return runs
}
