import { STATUS_CODES } from 'node:http'
import { isKretesError, type KretesError, messageOf } from '../framework/errors.ts'

/** An error as RFC 9457 tells it. */
export interface Problem {
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  readonly detail?: string | undefined
  /** What to do next. */
  readonly hint?: string | undefined
  readonly code?: string | undefined
  /** What the schema of a task has to say about a payload. */
  readonly issues?: readonly object[] | undefined
  /** The id of the job that it is about. */
  readonly job?: string | undefined
  /** Where in a query the mistake is. */
  readonly place?: object | undefined
}

/** By the code of the error; those that are called INVALID_ are 400. */
const STATUSES: Readonly<Record<string, number>> = {
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  JOB_NOT_FOUND: 404,
  CRON_NOT_FOUND: 404,
  UNKNOWN_TASK: 404,
  JOB_RUNNING: 409,
  JOB_FINISHED: 409,
  JOB_BUSY: 409,
  CRON_EXISTS: 409,
  CRON_IN_CODE: 409,
  COUNT_CHANGED: 409,
  PAYLOAD_NOT_JSON: 400,
  DUPLICATE_CRON: 400,
  PAYLOAD_TOO_LARGE: 413,
  WAIT_TIMED_OUT: 504,
  DATABASE_BUSY: 503,
  READING_TIMED_OUT: 503,
  DATABASE_UNREACHABLE: 503,
  DATABASE_NOT_CONFIGURED: 503,
  SCHEMA_BEHIND: 503,
}

/** Of PostgreSQL: a table, a column or a function that this code asks for is not there. */
const NOT_THERE: readonly unknown[] = ['42P01', '42703', '42883', '3F000']

/** What `error` tells whoever asked. Of what was not thrown on purpose they learn nothing. */
export function problemOf(error: unknown): Problem {
  if (NOT_THERE.includes(Object(error).code)) return outdated()
  if (!isKretesError(error)) return problem(500, {})
  const { code, hint, issues, job, place } = error as KretesError & Pick<Problem, 'issues' | 'job' | 'place'>
  const status = STATUSES[code] ?? (code.startsWith('INVALID_') ? 400 : 500)
  return problem(status, { detail: messageOf(error), code, hint, issues, job, place })
}

function outdated(): Problem {
  return problem(503, {
    detail: 'the schema in the database is not the one that this version needs',
    hint: 'run: npx ks bg migrate',
    code: 'SCHEMA_BEHIND',
  })
}

export function problem(status: number, told: Omit<Problem, 'type' | 'title' | 'status'>): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, ...told }
}

/** As an answer to a program. */
export function problemResponse(problem: Problem): Response {
  const headers = { 'content-type': 'application/problem+json' }
  return Response.json(problem, { status: problem.status, headers })
}
