import type { Executor } from '../../framework/connection.ts'
import { statement } from './statement.ts'

/** How a job stands: one of the states people see. */
export interface Found {
  readonly id: string
  readonly task: string
  readonly queue: string | undefined
  readonly state:
    | 'scheduled'
    | 'available'
    | 'running'
    | 'retryable'
    | 'completed'
    | 'cancelled'
    | 'discarded'
  readonly attempt: number
  readonly maxAttempts: number | undefined
  readonly runAt: Date
  readonly createdAt: Date
  readonly finishedAt: Date | undefined
  /** How long its last attempt ran, in milliseconds. */
  readonly ms: number | undefined
  /** JSON text. */
  readonly payload: string
  readonly result: string | undefined
  readonly error: { readonly name?: string; readonly message: string; readonly stack?: string } | undefined
}

/**
 * Promises nothing beyond what it reads: the job as it stands, unfinished or kept in history.
 * Indexes: primary key of job, finished_id in each partition. Locks: none.
 */
const FIND = statement(
  'find',
  `
select id, task, queue, state, attempt, max_attempts, extract(epoch from run_at) * 1000, extract(epoch from created_at) * 1000,
       null, null, payload::text, null, error::text
  from background.jobs where id = $1
union all
select id, task, queue, state, attempt, null, extract(epoch from run_at) * 1000, extract(epoch from created_at) * 1000,
       extract(epoch from finished_at) * 1000, ms, payload::text, result::text, error::text
  from background.history where id = $1
`,
)

/** The job with this id; undefined when there is none or it is no longer kept. */
export async function find(db: Executor, id: string): Promise<Found | undefined> {
  const [row] = await db.run(FIND, [id])
  if (!row) return undefined
  const [, task, queue, state, attempt, max, runAt, createdAt, finishedAt, ms, payload, result, error] = row
  return {
    id,
    task: task as string,
    queue: queue ?? undefined,
    state: state as Found['state'],
    attempt: Number(attempt),
    maxAttempts: max == null ? undefined : Number(max),
    runAt: new Date(Number(runAt)),
    createdAt: new Date(Number(createdAt)),
    finishedAt: finishedAt == null ? undefined : new Date(Number(finishedAt)),
    ms: ms == null ? undefined : Number(ms),
    payload: payload as string,
    result: result ?? undefined,
    error: error == null ? undefined : JSON.parse(error),
  }
}
