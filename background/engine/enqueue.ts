import type { Connection } from '../../framework/connection.ts'
import type { Call, Executor, Row } from '../../framework/executor.ts'
import { plainArray, statement, textArray } from './statement.ts'

/** A job about to exist. What is left out has the default: no queue, due now, priority 0, 25 attempts. */
export interface NewJob {
  readonly task: string
  /** JSON text, stored exactly as it is. */
  readonly payload: string
  readonly queue?: string | undefined
  readonly runAt?: Date | undefined
  /** Milliseconds from now, by the database's clock. */
  readonly delay?: number | undefined
  readonly priority?: number | undefined
  readonly maxAttempts?: number | undefined
  readonly tags?: readonly string[] | undefined
}

/**
 * Promises: all of the jobs exist, or none. Ids come back in the order of the input.
 * A due job gets a row in ready, or in member when it has a queue; one for later a row in deferred.
 * Each column comes as an array, or empty when every job has the default: unnest pads with nulls. Every parameter
 * is text: what drivers make of a JSON or an array parameter differs, and this also runs on those of others.
 * Indexes: primary key of job; ready_order, member's and deferred's keys for the new rows; task's key for lanes.
 * Locks: none but its own new rows, so a slow transaction that schedules holds up nobody.
 */
const ENQUEUE = statement(
  'enqueue',
  `
with stored as (
  insert into background.job (task, payload, queue, run_at, priority, max_attempts, tags)
  select coalesce(s.task, $2), s.payload, s.queue,
         coalesce(now() + s.delay * interval '1 millisecond', s.run_at, now()),
         coalesce(s.priority, 0), coalesce(s.max_attempts, 25), s.tags::text[]
    from rows from (
           json_array_elements($1::text::json), unnest($3::text::text[]), unnest($4::text::text[]),
           unnest($5::text::float8[]), unnest($6::text::timestamptz[]), unnest($7::text::smallint[]),
           unnest($8::text::smallint[]), unnest($9::text::text[])
         ) with ordinality as s (payload, task, queue, delay, run_at, priority, max_attempts, tags, position)
   order by s.position
  returning id, task, queue, priority, run_at),
free as (
  insert into background.ready (lane, priority, run_at, id)
  select coalesce(t.lane, 0), s.priority, s.run_at, s.id
    from stored s left join background.task t on t.name = s.task
   where s.queue is null and s.run_at <= now()),
queued as (
  insert into background.member (queue, priority, run_at, id)
  select s.queue, s.priority, s.run_at, s.id from stored s where s.queue is not null and s.run_at <= now()),
later as (
  insert into background.deferred (run_at, id) select s.run_at, s.id from stored s where s.run_at > now())
select id from stored
`,
)

/** Writes `jobs`; answers with their ids in the same order. */
export async function enqueue(db: Executor, jobs: readonly NewJob[]): Promise<string[]> {
  const rows = await db.run(ENQUEUE, enqueueValues(jobs))
  return rows.map(idOf)
}

/** Jobs in one statement at most. */
const CHUNK = 1_000

/** Writes any number of jobs in one transaction and one round trip; answers with their ids in the same order. */
export async function enqueueMany(db: Connection, jobs: readonly NewJob[]): Promise<string[]> {
  if (jobs.length === 0) return []
  const answers = await db.runTogether(
    chunks(jobs).map(chunk => [ENQUEUE, enqueueValues(chunk)] satisfies Call),
  )
  return answers.flatMap(rows => rows.map(idOf))
}

/** The same inside a transaction that somebody else has opened. */
export async function enqueueAll(db: Executor, jobs: readonly NewJob[]): Promise<string[]> {
  const ids: string[] = []
  for (const chunk of chunks(jobs)) ids.push(...(await enqueue(db, chunk)))
  return ids
}

function chunks(jobs: readonly NewJob[]): NewJob[][] {
  const count = Math.ceil(jobs.length / CHUNK)
  return Array.from({ length: count }, (_, index) => jobs.slice(index * CHUNK, (index + 1) * CHUNK))
}

function enqueueValues(jobs: readonly NewJob[]): unknown[] {
  const task = (jobs[0] as NewJob).task
  const sameTask = jobs.every(job => job.task === task)
  return [
    `[${jobs.map(job => job.payload).join()}]`,
    task,
    sameTask ? '{}' : textArray(jobs.map(job => job.task)),
    column(jobs, job => job.queue, textArray),
    column(jobs, job => job.delay, nullableArray),
    column(jobs, job => job.runAt?.toISOString(), textArray),
    column(jobs, job => job.priority || undefined, nullableArray),
    column(jobs, job => (job.maxAttempts === 25 ? undefined : job.maxAttempts), nullableArray),
    column(jobs, job => (job.tags?.length ? textArray(job.tags) : undefined), textArray),
  ]
}

function column<T>(
  jobs: readonly NewJob[],
  read: (job: NewJob) => T | undefined,
  encode: (values: (T | null)[]) => string,
): string {
  return jobs.every(job => read(job) === undefined) ? '{}' : encode(jobs.map(job => read(job) ?? null))
}

function nullableArray(values: readonly (number | null)[]): string {
  return plainArray(values.map(value => value ?? 'null'))
}

/** What becomes of a waiting job that already has the key. */
export type KeyMode = 'replace' | 'preserve_run_at' | 'unsafe_dedupe'

/**
 * Promises: afterwards exactly one unfinished job has the key. See schedule_keyed in the migrations, which
 * runs several statements so that each sees what others with the same key have committed meanwhile.
 * Locks: an advisory lock on the key until the transaction ends.
 */
const ENQUEUE_KEYED = statement(
  'enqueue_keyed',
  `
select background.schedule_keyed($1, $2, $3, $4::text::json, $5,
         coalesce(now() + $6::text::float8 * interval '1 millisecond', $7::text::timestamptz, now()),
         $8::text::smallint, $9::text::smallint, $10::text::text[])
`,
)

/** Writes one job under `key`, or replaces the one that waits under it; answers with its id. */
export async function enqueueKeyed(db: Executor, job: NewJob, key: string, mode: KeyMode): Promise<string> {
  const rows = await db.run(ENQUEUE_KEYED, [
    key,
    mode,
    job.task,
    job.payload,
    job.queue ?? null,
    job.delay === undefined ? null : String(job.delay),
    job.runAt?.toISOString() ?? null,
    String(job.priority ?? 0),
    String(job.maxAttempts ?? 25),
    job.tags?.length ? textArray(job.tags) : null,
  ])
  return idOf(rows[0] as Row)
}

function idOf(row: Row): string {
  return String(row[0])
}
