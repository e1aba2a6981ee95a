import type { Row } from '../../framework/executor.ts'
import type { JobError, JobState } from '../job.ts'

/** A job as the database has it. Payload and result stay JSON text until somebody reads them. */
export interface JobRecord {
  readonly id: string
  readonly task: string
  readonly queue: string | undefined
  readonly state: JobState
  readonly priority: number
  readonly runAt: Date
  readonly createdAt: Date
  readonly attempt: number
  readonly maxAttempts: number | undefined
  readonly crashes: number | undefined
  readonly key: string | undefined
  readonly tags: readonly string[]
  readonly flags: readonly string[]
  readonly payload: string
  readonly error: JobError | undefined
  readonly worker: string | undefined
  readonly claimedAt: Date | undefined
  readonly cancelling: boolean
  readonly finishedAt: Date | undefined
  readonly expiresAt: Date | undefined
  readonly ms: number | undefined
  readonly result: string | undefined
}

/** Of a payload in a list nobody reads more characters. */
export const PREVIEW = 2_000

const whole = (json: string) => `${json}::text`
/** One more, which tells that there is more. */
const preview = (json: string) => `left(${json}::text, ${PREVIEW + 1})`

const unfinished = (text: (json: string) => string) => `
select j.id, j.task, j.queue,
       case when c.worker_id is not null then 'running'
            when j.run_at > now() and j.attempt > 0 then 'retryable'
            when j.run_at > now() then 'scheduled'
            else 'available' end,
       j.priority, extract(epoch from j.run_at) * 1000, extract(epoch from j.created_at) * 1000,
       j.attempt, j.max_attempts, j.crashes,
       (select k.key from background.job_key k where k.key = j.key and k.job_id = j.id),
       to_json(j.tags)::text, to_json(j.flags)::text, ${text('j.payload')}, j.error::text,
       c.worker_id, extract(epoch from c.claimed_at) * 1000,
       c.worker_id is not null and exists (select from background.cancellation x where x.job_id = j.id),
       null, null, null, null
  from background.job j
  left join lateral (
    select worker_id, claimed_at from background.claim where j.id = any (ids) limit 1) c on true`

const finished = (text: (json: string) => string) => `
select h.id, h.task, h.queue, (array['completed', 'cancelled', 'discarded'])[h.state],
       h.priority, extract(epoch from h.run_at) * 1000, extract(epoch from h.created_at) * 1000,
       h.attempt, h.max_attempts, null,
       h.key, to_json(h.tags)::text, to_json(h.flags)::text, ${text('h.payload')}, h.error::text,
       null, null, false,
       extract(epoch from h.finished_at) * 1000, extract(epoch from h.expires_at) * 1000, h.ms, ${text('h.result')}
  from background.finished h`

/** The unfinished jobs `j`, to be followed by conditions; see {@link jobRecord}. */
export const UNFINISHED_RECORDS = unfinished(whole)
/** The finished jobs `h` that are kept, with the same columns. */
export const FINISHED_RECORDS = finished(whole)
/** The same, with no more than the beginning of payload and result. */
export const UNFINISHED_PREVIEWS = unfinished(preview)
export const FINISHED_PREVIEWS = finished(preview)

/** Reads the columns of {@link UNFINISHED_RECORDS} or {@link FINISHED_RECORDS}. */
export function jobRecord(row: Row): JobRecord {
  const [id, task, queue, state, priority, runAt, createdAt, attempt, maxAttempts, crashes] = row
  const [key, tags, flags, payload, error, worker, claimedAt, cancelling] = row.slice(10)
  const [finishedAt, expiresAt, ms, result] = row.slice(18)
  return {
    id: id as string,
    task: task as string,
    queue: queue ?? undefined,
    state: state as JobState,
    priority: Number(priority),
    runAt: date(runAt) as Date,
    createdAt: date(createdAt) as Date,
    attempt: Number(attempt),
    maxAttempts: number(maxAttempts),
    crashes: number(crashes),
    key: key ?? undefined,
    tags: tags == null ? [] : JSON.parse(tags),
    flags: flags == null ? [] : JSON.parse(flags),
    payload: payload as string,
    error: error == null ? undefined : JSON.parse(error),
    worker: worker ?? undefined,
    claimedAt: date(claimedAt),
    cancelling: cancelling === 't',
    finishedAt: date(finishedAt),
    expiresAt: date(expiresAt),
    ms: number(ms),
    result: result ?? undefined,
  }
}

function number(value: string | null | undefined): number | undefined {
  return value == null ? undefined : Number(value)
}

function date(ms: string | null | undefined): Date | undefined {
  return ms == null ? undefined : new Date(Number(ms))
}
