import type { Connection } from '../../framework/connection.ts'
import type { ClaimedJob } from './claimed-job.ts'
import { statement } from './statement.ts'

/**
 * Promises: no transaction that was completing a job of this claim is under way any more, because such a one holds a
 * share of it; and the claim is the worker's.
 * Index: primary key of claim. Locks: the claim, for update.
 */
const AFTER_OTHERS = statement(
  'after_others',
  'select id from background.claim where id = $1 and worker_id = $2 for update',
)

/** Promises nothing beyond what it reads. Index: primary key of job. Locks: none. */
const BODY = statement('body', 'select id from background.job where id = $1')

/**
 * Whether a transaction has completed `job` whose commit got no answer: its body is gone then, which nobody else takes
 * away from the owner of its claim. Also false when the job is not ours any more. Waits for that transaction if it still
 * goes on; the second statement sees what it has done.
 */
export async function hasCommitted(db: Connection, worker: string, job: ClaimedJob): Promise<boolean> {
  const [claims = [], bodies = []] = await db.runTogether([
    [AFTER_OTHERS, [job.claim, worker]],
    [BODY, [job.id]],
  ])
  return claims.length > 0 && bodies.length === 0
}
