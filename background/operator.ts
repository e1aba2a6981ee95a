/** The door for the command line and the dashboard: everything needed to run, watch and operate the queue. */

export { VERSION } from '../framework/own-package.ts'
export type { Activity, ActivityOutcome, Deed } from './activity.ts'
export type { ActivityPage, OpenActivity } from './client/activities.ts'
export {
  BULK_MEANT,
  type BulkAction,
  type BulkOrder,
  type BulkRefusal,
  type BulkSum,
} from './client/bulks.ts'
export { Client, type KnownTasks } from './client/client.ts'
export { type CronInfo, type Crons, nextTicks } from './client/crons.ts'
export { examine, objectsOf } from './client/examine.ts'
export { type Changed, MEANT, type Which } from './client/job-changes.ts'
export type { JobFilter } from './client/job-filter.ts'
export type { Cancelled, JobChanges, JobPage } from './client/jobs.ts'
export { clientOf } from './client/lent.ts'
export type { Operator } from './client/operator.ts'
export { type Pruned, prune, rehearsePrune } from './client/prune.ts'
export type { QueueInfo } from './client/queues.ts'
export { type Rotated, rotateKeys } from './client/rotate-keys.ts'
export type { WorkerInfo } from './client/workers.ts'
export { type BackgroundConfig, backgroundConfig } from './config.ts'
export { type CronEntry, type CronOptions, payloadOfTick } from './cron.ts'
export { checkCronOption } from './cron-checks.ts'
export { ROLES } from './engine/grants.ts'
export type { JobRecord } from './engine/job-record.ts'
export type { Pulse } from './engine/pulse.ts'
export { serverVersion } from './engine/server-version.ts'
export type { WorkerOrder } from './engine/worker-orders.ts'
export type { ErrorGroup } from './error-group.ts'
export * from './errors.ts'
export type { Events, JobFacts } from './events.ts'
export { Emitter } from './events.ts'
export { type Finding, ok, problem, warning } from './health.ts'
export { hostOf } from './host.ts'
export { FINISHED, JOB_STATES, type Job, type JobError, type JobState } from './job.ts'
export * from './job-errors.ts'
export type { AttemptLog, LogLine } from './job-log.ts'
export { JsonText } from './json-text.ts'
export { KEY_MODES, type KeyMode } from './key.ts'
export { LiveRegistry } from './live-registry.ts'
export { taskNamesIn } from './loader/discover.ts'
export { type LoadedTasks, loadTasks } from './loader/load.ts'
export { loadCrons } from './loader/load-crons.ts'
export type { Problem } from './loader/problem.ts'
export { createTaskCompiler, type TasksPlace } from './loader/task-compiler.ts'
export { TASK_TYPES, taskTypesAreWritten, writeTaskTypes } from './loader/types.ts'
export { type TaskChanges, TaskWatch } from './loader/watch.ts'
export { masked, maskedJob, maskedLogs, maskedRecord, unmasked } from './masking.ts'
export { layersOfRun } from './middleware.ts'
export {
  MIGRATION_NAMES,
  migrate,
  migrateDatabase,
  migrationSql,
  rehearseMigration,
  SCHEMA,
  schemaStatus,
} from './migrate.ts'
export { openClient, openWorker } from './open.ts'
export { type Overview, ratesBetween, type TaskOverview } from './overview.ts'
export { decodePayload, encodePayload } from './payload.ts'
export { payloadSchema } from './payload-schema.ts'
export { background } from './plugin.ts'
export { parseQuery, QUERY_FIELDS, type Query } from './query.ts'
export { InvalidQuery, type QueryPlace } from './query-errors.ts'
export { createRegistry, type Registry } from './registry.ts'
export { type JobOptions, type NormalizedOptions, normalizeOptions } from './schedule-options.ts'
export type { FinishedJob, JobHandle } from './scheduler.ts'
export { ensureSchema, requireSchema } from './schema-check.ts'
export { scrubFor } from './scrubbing.ts'
export { KEYS_VARIABLE, type Sealing, sealingOf } from './sealing.ts'
export { NO_SECRETS, type Redact, type Secrets } from './secrets.ts'
export { type SerializedError, serializeError } from './serialize-error.ts'
export type { Stretch } from './series.ts'
export type { TaskDefinition } from './task.ts'
export type { Reason } from './why.ts'
export { attemptHere, type EndHere } from './worker/run-here.ts'
export { Worker } from './worker/worker.ts'
