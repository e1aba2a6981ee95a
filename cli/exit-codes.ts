import { constants } from 'node:os'
import { isKretesError } from '../framework/errors.ts'

/** What a command ends with. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  database: 4,
  partly: 5,
  tryLater: 75,
  timedOut: 124,
} as const

/** For `--help`. */
export const EXIT_HELP = `Exit codes:
  0    done; for a worker: it ended after its running jobs
  1    the operation failed
  2    usage: unknown task or flag, malformed JSON, payload refused by the task's schema
  3    not found
  4    the database cannot be reached, or has the wrong schema; with --remote the same of the dashboard
  5    partly done: with some jobs, and not with others
  75   something is in the way for a moment, try again
  124  timed out
  130  interrupted (143: terminated) before the work was done`

/** The exit code for the code of an error; what is not listed is a failure like any other. */
const BY_CODE: Readonly<Record<string, number>> = {
  USAGE: EXIT.usage,
  INVALID_JSON: EXIT.usage,
  UNKNOWN_TASK: EXIT.usage,
  INVALID_PAYLOAD: EXIT.usage,
  PAYLOAD_NOT_JSON: EXIT.usage,
  PAYLOAD_TOO_LARGE: EXIT.usage,
  INVALID_OPTION: EXIT.usage,
  INVALID_DURATION: EXIT.usage,
  INVALID_CONFIG: EXIT.usage,
  INVALID_ENVIRONMENT: EXIT.usage,
  INVALID_CRON: EXIT.usage,
  INVALID_CRONTAB: EXIT.usage,
  DUPLICATE_CRON: EXIT.usage,
  CRONTAB_UNREADABLE: EXIT.usage,
  CRON_EXISTS: EXIT.usage,
  CRON_IN_CODE: EXIT.usage,
  CRON_NOT_FOUND: EXIT.notFound,
  INVALID_QUERY: EXIT.usage,
  JOB_NOT_FOUND: EXIT.notFound,
  WORKER_NOT_FOUND: EXIT.notFound,
  NOT_FOUND: EXIT.notFound,
  REMOTE_UNREACHABLE: EXIT.database,
  REMOTE_NOT_A_DASHBOARD: EXIT.database,
  REMOTE_OUTDATED: EXIT.database,
  DATABASE_UNREACHABLE: EXIT.database,
  DATABASE_NOT_CONFIGURED: EXIT.database,
  SCHEMA_BEHIND: EXIT.database,
  SCHEMA_TOO_NEW: EXIT.database,
  POSTGRES_BINARIES_MISSING: EXIT.database,
  POSTGRES_BINARIES_UNUSABLE: EXIT.database,
  POSTGRES_VERSION_MISMATCH: EXIT.database,
  POSTGRES_DIRECTORY_FOREIGN: EXIT.database,
  POSTGRES_NO_ACCOUNT: EXIT.database,
  POSTGRES_START_FAILED: EXIT.database,
  POSTGRES_STOP_FAILED: EXIT.database,
  POSTGRES_UNRESPONSIVE: EXIT.database,
  POSTGRES_LOCKED: EXIT.tryLater,
  HISTORY_BUSY: EXIT.tryLater,
  JOB_BUSY: EXIT.tryLater,
  READING_TIMED_OUT: EXIT.tryLater,
  WAIT_TIMED_OUT: EXIT.timedOut,
}

/** The exit code of a command that ended with `error`. */
export function exitCodeOf(error: unknown): number {
  return (isKretesError(error) ? BY_CODE[error.code] : undefined) ?? EXIT.failed
}

/** What shells say of a process that `signal` ended: 130 for SIGINT, 143 for SIGTERM. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal]
}
