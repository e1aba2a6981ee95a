import type { Connection } from '../../framework/connection.ts'
import type { Call, Executor, Row } from '../../framework/executor.ts'
import { MAX_ATTEMPTS } from '../job.ts'
import type { JobKey } from '../key.ts'
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
  readonly flags?: readonly string[] | undefined
  readonly key?: JobKey | undefined
}

/**
 * Promises: all of the jobs exist, or none. Ids come back in the order of the input. See enqueue in the migrations:
 * a due job gets a row in ready, or in member when it has a queue; one for later a row in deferred.
 * Each column comes as an array, or empty when every job has the default. Every parameter is text, which all drivers
 * can send. What is in the last one is told to workers that rest, when the transaction commits.
 * Indexes: primary key of job; ready_order, member's and deferred's keys for the new rows; lane's for lanes.
 * Locks: none but its own new rows, so a slow transaction that schedules holds up nobody.
 */
const ENQUEUE = statement(
  'enqueue',
  `
select background.enqueue($1::text::json, $2::text, $3::text::text[], $4::text::text[], $5::text::float8[], $6::text::timestamptz[],
                          $7::text::int[], $8::text::int[], $9::text::text[], $10::text::text[], $11::text)
`,
)

/**
 * Promises: one more job exists; or, when it has a key, exactly one unfinished job has that afterwards. See put_job and
 * schedule_keyed in the migrations. Otherwise as ENQUEUE.
 * Locks: for a key, its row and an advisory lock until the transaction ends.
 */
const ENQUEUE_ONE = statement(
  'enqueue_one',
  `
select background.enqueue_one($1::text, $2::text::json, $3::text,
         coalesce(now() + $4::text::float8 * interval '1 millisecond', $5::text::timestamptz, now()),
         $6::text::int, $7::text::int, $8::text::text[], $9::text::text[], $10::text, $11::text,
         $12::text::float8 * interval '1 millisecond', $13::text)
`,
)

/**
 * Promises: as ENQUEUE; of each key exactly one unfinished job has it afterwards. See enqueue_keyed in the migrations.
 * Locks: the rows of the keys, in their order, until the transaction ends; a statement may have any number of them.
 */
const ENQUEUE_KEYED = statement(
  'enqueue_keyed',
  `
select background.enqueue_keyed($1::text::json, $2::text, $3::text::text[], $4::text::text[], $5::text::float8[],
                                $6::text::timestamptz[], $7::text::int[], $8::text::int[], $9::text::text[], $10::text::text[],
                                $11::text::text[], $12::text::text[], $13::text::float8[], $14::text)
`,
)

/** Writes `jobs`, none of which has a key; answers with their ids in the same order. */
export async function enqueue(db: Executor, jobs: readonly NewJob[]): Promise<string[]> {
  return (await db.run(ENQUEUE, enqueueValues(jobs))).map(idOf)
}

/** Writes one job, or replaces the one that waits under its key; answers with its id. */
export async function enqueueOne(db: Executor, job: NewJob, wake?: string): Promise<string> {
  const rows = await db.run(ENQUEUE_ONE, oneValues(job, wake))
  return idOf(rows[0] as Row)
}

/** Writes any number of jobs in one transaction and one round trip; answers with their ids in the same order. */
export async function enqueueMany(db: Connection, jobs: readonly NewJob[]): Promise<string[]> {
  if (jobs.length === 0) return []
  return (await db.runTogether(writes(jobs))).flatMap(rows => rows.map(idOf))
}

/** The same inside a transaction that somebody else has opened; `wake` is told to workers that rest. */
export async function enqueueAll(db: Executor, jobs: readonly NewJob[], wake?: string): Promise<string[]> {
  const ids: string[] = []
  for (const call of writes(jobs, wake)) ids.push(...(await db.run(...call)).map(idOf))
  return ids
}

/** Jobs in one statement at most, unless they have keys: those are taken together or not at all. */
const CHUNK = 1_000

function writes(jobs: readonly NewJob[], wake?: string): Call[] {
  if (jobs.some(job => job.key)) return [[ENQUEUE_KEYED, keyedValues(jobs, wake)]]
  const calls: Call[] = []
  for (let start = 0; start < jobs.length; start += CHUNK)
    calls.push([ENQUEUE, enqueueValues(jobs.slice(start, start + CHUNK), wake)])
  return calls
}

function keyedValues(jobs: readonly NewJob[], wake?: string): unknown[] {
  return [
    ...columns(jobs),
    column(jobs, job => job.key?.name, textArray),
    column(jobs, job => job.key?.mode, textArray),
    column(jobs, job => job.key?.maxWait, nullableArray),
    wake ?? null,
  ]
}

function enqueueValues(jobs: readonly NewJob[], wake?: string): unknown[] {
  return [...columns(jobs), wake ?? null]
}

function columns(jobs: readonly NewJob[]): unknown[] {
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
    column(jobs, job => (job.maxAttempts === MAX_ATTEMPTS ? undefined : job.maxAttempts), nullableArray),
    column(jobs, job => words(job.tags) ?? undefined, textArray),
    column(jobs, job => words(job.flags) ?? undefined, textArray),
  ]
}

function oneValues(job: NewJob, wake?: string): unknown[] {
  const {
    task,
    payload,
    queue,
    delay,
    runAt,
    priority = 0,
    maxAttempts = MAX_ATTEMPTS,
    tags,
    flags,
    key,
  } = job
  return [
    task,
    payload,
    queue ?? null,
    delay ?? null,
    runAt?.toISOString() ?? null,
    priority,
    maxAttempts,
    words(tags),
    words(flags),
    key?.name ?? null,
    key?.mode ?? null,
    key?.maxWait ?? null,
    wake ?? null,
  ].map(value => (typeof value === 'number' ? String(value) : value))
}

function words(all: readonly string[] | undefined): string | null {
  return all?.length ? textArray(all) : null
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

function idOf(row: Row): string {
  return String(row[0])
}
