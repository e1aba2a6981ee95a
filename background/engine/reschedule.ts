import type { Executor } from '../../framework/executor.ts'
import { probe } from './probe.ts'
import { type Answer, answersOf, standings } from './standing.ts'
import { plainArray, statement } from './statement.ts'
import { TAKEN_BACK, waiting } from './taken-back.ts'

/** What is to change; undefined leaves it as it is. */
export interface NewPlan {
  readonly runAt?: Date | undefined
  /** Milliseconds from now, by the database's clock. */
  readonly delay?: number | undefined
  readonly priority?: number | undefined
  /** How many attempts count as used. */
  readonly attempt?: number | undefined
  readonly maxAttempts?: number | undefined
  /** Null for none. */
  readonly queue?: string | null | undefined
  /** As JSON. */
  readonly payload?: string | undefined
}

/**
 * Promises: a job that waits, waits with its new time, priority, attempts, queue and payload, and where they say;
 * nothing else of it changes.
 * Indexes: those of TAKEN_BACK; finished_id.
 * Locks: the waiting rows and the bodies; waiting rows in use are passed over.
 */
const RESCHEDULE = statement(
  'reschedule',
  `
with ${TAKEN_BACK},
changed as (
  update background.job j
     set run_at = coalesce(now() + $2::float8 * interval '1 millisecond', $3::timestamptz, j.run_at),
         priority = coalesce($4::smallint, j.priority), max_attempts = coalesce($5::smallint, j.max_attempts),
         queue = case when $6::boolean then $7::text else j.queue end, payload = coalesce($8::json, j.payload),
         attempt = coalesce($9::smallint, j.attempt)
    from taken t where ${probe('j.id', 't.id')}
  returning j.id, j.queue, j.lane, j.priority, j.run_at),
${waiting('changed')}
${standings('g.id in (select id from taken)')}`,
)

/** Changes when and how jobs that wait are to run. */
export async function rescheduleJobs(
  db: Executor,
  ids: readonly string[],
  { runAt, delay, priority, attempt, maxAttempts, queue, payload }: NewPlan,
): Promise<Answer[]> {
  const plan = [delay ?? null, runAt?.toISOString() ?? null, priority ?? null, maxAttempts ?? null]
  const place = [queue !== undefined, queue ?? null, payload ?? null, attempt ?? null]
  return answersOf(await db.run(RESCHEDULE, [plainArray(ids), ...plan, ...place]))
}
