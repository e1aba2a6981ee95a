import type { Connection } from '../../framework/connection.ts'
import type { Row } from '../../framework/executor.ts'
import { type Run, runsOf, takeMembers } from './claim-queues.ts'
import { statement } from './statement.ts'

/**
 * Promises: as TAKE_SLOTS, for one queue: no more slots than its concurrency, and none while it is paused.
 * Indexes: slot's and queue's keys. Locks: its own new slot row; waits for a slot that another is taking in this instant.
 */
const TAKE_SLOT = statement(
  'take_slot',
  `
insert into background.slot (queue, number, claim_id)
select $2, n, $1
  from (select coalesce(max(q.concurrency), 1) as concurrency, max(q.paused_at) as paused_at
          from background.queue q where q.name = $2) queue
 cross join lateral generate_series(1, queue.concurrency) n
 where queue.paused_at is null and not exists (select from background.slot s where s.queue = $2 and s.number = n)
 limit 1
on conflict (queue, number) do nothing
`,
)

/** Takes one slot of `queue` and the job at its head, in the name of `worker`; none when there is none to be had. */
export async function claimQueue(
  db: Connection,
  { claim, worker, queue }: { readonly claim: string; readonly worker: string; readonly queue: string },
): Promise<Run[]> {
  const [, rows] = await db.runTogether([[TAKE_SLOT, [claim, queue]], takeMembers(claim, worker, 1)])
  return runsOf(claim, rows as Row[])
}
