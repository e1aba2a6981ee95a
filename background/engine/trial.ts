import type { Executor } from '../../framework/executor.ts'
import type { ClaimedJob } from './claimed-job.ts'
import { CRASHES_BEFORE_TRIAL } from './rescue.ts'
import { statement } from './statement.ts'

/**
 * Promises: that this job runs now is on disk before it does, so that a crash names it: it is the only one of its
 * worker that is on trial. However the attempt ends, it is on trial no more; only a rescue finds it so.
 * Indexes: primary keys of claim and job. Locks: key-share on the claim; the body.
 */
const PUT_ON_TRIAL = statement(
  'put_on_trial',
  `
with mine as materialized (
  select ids from background.claim where id = $1 and worker_id = $2 for key share)
update background.job j set crashes = ${CRASHES_BEFORE_TRIAL + 1} from mine where j.id = $3 and j.id = any (mine.ids)
returning j.id
`,
)

/** Puts a job on trial that several workers had when they died; answers whether it still is ours. */
export async function putOnTrial(db: Executor, worker: string, { claim, id }: ClaimedJob): Promise<boolean> {
  return (await db.run(PUT_ON_TRIAL, [claim, worker, id])).length > 0
}

/** Whether a job has to go on trial before it may run. */
export function isSuspect({ crashes }: ClaimedJob): boolean {
  return crashes >= CRASHES_BEFORE_TRIAL
}
