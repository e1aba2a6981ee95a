import type { Connection } from '../../framework/connection.ts'
import type { Call, Row } from '../../framework/executor.ts'
import { CLAIMED_COLUMNS, CLAIMED_WIDTH, type ClaimedJob, claimedJob } from './claimed-job.ts'
import { probe } from './probe.ts'
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

/** Queues looked at by one statement for each slot wanted: those paused or taken by others are passed over. */
const LOOKS_PER_SLOT = 2
const LOOKS_AT_LEAST = 20

/**
 * Promises: a queue never has more slots taken than its concurrency, whoever else tries; one whose concurrency was
 * lowered waits until the slots above it are free.
 * Walks the distinct names of queues with due jobs behind the cursor, one index probe each, until there are enough,
 * and takes a slot where one is free and wanted. Names ascend, so two workers that meet wait for each other in the same order.
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
    from walk w where w.queue is not null and w.step < $5::int),
wanted as materialized (
  select w.queue, f.number
    from walk w
    left join background.queue q on ${probe('q.name', 'w.queue')}
   cross join lateral (
     select n as number from generate_series(1, coalesce(q.concurrency, 1)) n
      where not exists (select from background.slot s where s.queue = w.queue and s.number = n)
      limit case when coalesce(q.concurrency, 1) = 1 then 1 else (
        select ceil(count(*) / $4::float8) from (
          select from background.member m where m.queue = w.queue limit q.concurrency * $4::int) due) end) f
   where w.queue is not null and q.paused_at is null
     and not exists (
       select from background.slot s where ${probe('s.queue', 'w.queue')} and s.number > coalesce(q.concurrency, 1))
   limit $3),
won as (
  insert into background.slot (queue, number, claim_id)
  select queue, number, $1 from wanted
  on conflict (queue, number) do nothing
  returning queue)
select found.count, (select max(queue) from won),
       case when found.count < $3 then (select count(*) from walk where queue is not null) end,
       case when found.count < $3 then (select max(queue) from walk) end
  from (select count(*) from won) found
`,
)

/**
 * Promises: the jobs of a queue come in order (priority, run_at, id) from its head. It runs after TAKE_SLOTS in
 * the same transaction and so with a newer snapshot: what the former owner of a slot gave back is seen.
 * A serial queue is taken up to the first job that somebody else is changing right now: neither slides past it
 * nor waits for that transaction, which may be a slow one of the app. Other queues pass it over.
 * The slots of one queue get its jobs in turn; a slot that finds nothing left is given up.
 * Indexes: slot_claim, member's primary key, and tid scans of both; primary keys of queue and job.
 * Locks: the member rows it deletes, skipping those in use. Key-share on the worker's row.
 */
const TAKE_MEMBERS = statement(
  'take_members',
  `
with own as materialized (
  select queue, number, ctid as slot from background.slot where claim_id = $1),
mine as materialized (
  select s.*, cardinality(s.numbers) * $3::int as wanted, coalesce(q.concurrency, 1) = 1 as serial
    from (select queue, array_agg(number order by number) as numbers, array_agg(slot order by number) as slots
            from own group by queue) s
    left join background.queue q on ${probe('q.name', 's.queue')}),
heads as materialized (
  select mine.numbers, mine.slots, free.tids[: coalesce(
           (select min(u.position) - 1 from unnest(free.tids, seen.tids) with ordinality u (free, seen, position)
             where mine.serial and u.free is distinct from u.seen), mine.wanted)] as tids
    from mine
   cross join lateral (select array(
     select ctid from background.member
      where queue = mine.queue order by priority, run_at, id limit mine.wanted for update skip locked) as tids offset 0) free
   cross join lateral (select array(
     select ctid from background.member
      where mine.serial and queue = mine.queue order by priority, run_at, id limit mine.wanted) as tids offset 0) seen),
taken as materialized (
  delete from background.member m
   using (select t.tid, h.numbers[1 + (t.position - 1) % cardinality(h.numbers)] as number
            from heads h cross join lateral unnest(h.tids) with ordinality t (tid, position)) x
   where m.ctid = x.tid
  returning m.id, m.queue, m.priority, m.run_at, x.number),
spare as (
  delete from background.slot s
   using (select unnest(slots[cardinality(tids) + 1:]) as tid from heads) x
   where s.ctid = x.tid),
claimed as (
  insert into background.claim (id, worker_id, ids)
  select $1, $2, array_agg(id) from taken having count(*) > 0)
select ${CLAIMED_COLUMNS}, t.number
  from taken t join background.job j on ${probe('j.id', 't.id')}
 order by t.queue, t.number, t.priority, t.run_at, t.id
`,
)

/** Takes free slots of queues with due jobs and, for each, jobs from the head of its queue. */
export async function claimQueues(db: Connection, request: ClaimQueuesRequest): Promise<ClaimedQueues> {
  const { claim, worker, slots, perSlot, cursor } = request
  const looks = LOOKS_AT_LEAST + slots * LOOKS_PER_SLOT
  const [summary, rows] = await db.runTogether([
    [TAKE_SLOTS, [claim, cursor, slots, perSlot, looks]],
    takeMembers(claim, worker, perSlot),
  ])
  return { runs: runsOf(claim, rows as Row[]), cursor: nextCursor(summary?.[0] as Row, slots, looks) }
}

/** Takes jobs for the slots that were taken for `claim`; {@link runsOf} reads the rows. */
export function takeMembers(claim: string, worker: string, perSlot: number): Call {
  return [TAKE_MEMBERS, [claim, worker, perSlot]]
}

function nextCursor([won, lastWon, walked, lastWalked]: Row, slots: number, looks: number): string {
  if (Number(won) === slots) return lastWon ?? ''
  return Number(walked) < looks ? '' : (lastWalked ?? '')
}

/** The runs that rows of {@link takeMembers} are. */
export function runsOf(claim: string, rows: readonly Row[]): Run[] {
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
