import { createApp } from '../framework/app.ts'
import type { Administration } from './client/administration.ts'
import type { Client } from './client/client.ts'
import { Crons } from './client/crons.ts'
import { Jobs } from './client/jobs.ts'
import { lend } from './client/lent.ts'
import { type Pruned, prune } from './client/prune.ts'
import { Queues } from './client/queues.ts'
import { Workers } from './client/workers.ts'
import { sharedClient } from './current.ts'
import { type PacedScheduler, paced } from './pacing.ts'
import { background } from './plugin.ts'

export { type CronInfo, type Crons, nextTicks } from './client/crons.ts'
export type { ForgetOptions } from './client/forget.ts'
export type { Changed, Which } from './client/job-changes.ts'
export type { JobFilter } from './client/job-filter.ts'
export type { Cancelled, JobChanges, JobPage, Jobs } from './client/jobs.ts'
export type { Pruned } from './client/prune.ts'
export type { QueueInfo, QueuePage, QueuePause, Queues } from './client/queues.ts'
export type { WorkerInfo, Workers } from './client/workers.ts'
export type { CronOptions } from './cron.ts'
export { CronExists, CronInCode, CronNotFound } from './cron-errors.ts'
export {
  BackgroundError,
  DatabaseBusy,
  DuplicateTask,
  InvalidOption,
  InvalidPayload,
  InvalidTaskFile,
  JobTimedOut,
  LeaseLost,
  OutcomeUnknown,
  PayloadNotJson,
  PayloadTooLarge,
  SchemaBehind,
  UnknownTask,
  UnnamedTask,
} from './errors.ts'
export type { Events, JobFacts, Listeners } from './events.ts'
export type { Job, JobError, JobState } from './job.ts'
export { JobBusy, JobFinished, JobNotFound, type JobRefusal, JobRunning } from './job-errors.ts'
export type { AttemptLog, LogLine } from './job-log.ts'
export type { JsonSafe, JsonValue, NotJson } from './json.ts'
export type { KeyMode, KeyOption } from './key.ts'
export type { JobRequest, Middleware } from './middleware.ts'
export { CancelJob, cancel, DiscardJob, discard, RetryAt, retryAt, Snooze, snooze } from './outcome.ts'
export type { DebounceOptions, PacedScheduler, ThrottleOptions } from './pacing.ts'
export { background } from './plugin.ts'
export { InvalidQuery, type QueryPlace } from './query-errors.ts'
export { Queue } from './queue.ts'
export { type RunSummary, run, runMigrations, runOnce } from './run.ts'
export type { DatabaseOptions, RunOptions } from './run-options.ts'
export type { Runner } from './runner.ts'
export type { JobOptions, ScheduleOptions, TaskReference } from './schedule-options.ts'
export type { FinishedJob, JobHandle, ManyItem, Scheduler } from './scheduler.ts'
export { BrokenPayload, KeyMissing, PlainPayload } from './sealing-errors.ts'
export { secret } from './secret.ts'
export {
  type DefinedTask,
  type PayloadOf,
  type ResultOf,
  type Task,
  type TaskOptions,
  task,
} from './task.ts'
export type { TaskContext, TaskLog } from './task-context.ts'
export type { TaskHost } from './task-host.ts'
export type { Tasks } from './tasks.ts'
export type { Reason } from './why.ts'

/** The client of the current app. A process without one, such as a script, gets an app of its directory's configuration. */
async function client(): Promise<Client> {
  if (!sharedClient()) await createApp({ plugins: [background()] }).setup()
  return (sharedClient() as () => Promise<Client>)()
}

const current = paced({
  schedule: async options => (await client()).schedule(options),
  scheduleMany: async (task, items) => (await client()).scheduleMany(task, items),
})

async function administration(): Promise<Administration> {
  return (await client()).administration
}

/**
 * Background jobs of the current app.
 *
 * @example
 * await Background.schedule({ task: SendEmail, payload: { to: 'ann@example.com' }, queue: Queue.for('email') })
 */
export const Background: PacedScheduler & {
  /**
   * Schedules in a transaction that somebody else opened: the jobs exist exactly if it commits. Takes the
   * transaction object of Kysely, pg, postgres.js, Drizzle, Prisma or Knex. Inside the framework's own
   * `transaction()` it is not needed: `schedule` joins that by itself.
   *
   * @throws KretesError `UNKNOWN_TRANSACTION` when its shape is none of these.
   * @example await Background.with(trx).schedule({ task: SendEmail, payload: { to } })
   */
  with(transaction: unknown): PacedScheduler
  /** The jobs in the database: find, count, retry, cancel, discard, reschedule and remove them. */
  readonly jobs: Jobs
  /** The cron entries: look at them, pause and resume them, add, change and remove those that are not from code. */
  readonly crons: Crons
  /** The queues: look at them, pause and resume them, set how many of their jobs run at once. */
  readonly queues: Queues
  /** The workers of all processes. */
  readonly workers: Workers
  /** Drops expired history now, which workers do every hour, and what else nobody needs any more. */
  prune(): Promise<Pruned>
} = {
  /**
   * Schedules one job: checks its payload against the task's schema, stores it exactly as given, and answers once
   * the database has it. Inside the framework's `transaction()` it exists exactly if that commits. Calls in
   * the same turn of the event loop share a commit.
   *
   * @throws InvalidPayload, PayloadNotJson, PayloadTooLarge, InvalidOption, UnnamedTask; OutcomeUnknown when the
   * connection broke at the wrong moment; KretesError `DATABASE_UNREACHABLE`.
   */
  schedule: options => current.schedule(options),

  /**
   * Schedules many jobs of one task in one transaction: all of them or none. Answers in the order of `items`.
   *
   * @example await Background.scheduleMany(SendEmail, users.map(user => ({ payload: { to: user.email } })))
   */
  scheduleMany: (task, items) => current.scheduleMany(task, items),

  /**
   * Schedules a job that runs once there has been no further call with its key for `wait`. Each call puts it off, and
   * its payload counts; payloads that are arrays are put together.
   *
   * @throws InvalidOption, and what `schedule` throws.
   * @example await Background.debounce({ task: Reindex, payload: { post }, key: `reindex:${post}`, wait: '5s', maxWait: '1m' })
   */
  debounce: options => current.debounce(options),

  /**
   * Schedules a job that runs at the end of a window of `every`, which the first call with its key opens. The payload of
   * the last call in it counts; payloads that are arrays are put together. So there is one job in each window.
   *
   * @throws InvalidOption, and what `schedule` throws.
   * @example await Background.throttle({ task: SyncUser, payload: { user }, key: `sync:${user}`, every: '1m' })
   */
  throttle: options => current.throttle(options),

  with: transaction =>
    paced({
      schedule: async options => (await client()).with(transaction).schedule(options),
      scheduleMany: async (task, items) => (await client()).with(transaction).scheduleMany(task, items),
    }),

  jobs: new Jobs(administration),
  crons: new Crons(administration),
  queues: new Queues(administration),
  workers: new Workers(administration),
  prune: async () => prune(await administration()),
}
lend(Background, client)
