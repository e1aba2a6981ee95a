import { STATUS_CODES } from 'node:http'
import { isKretesError, messageOf } from '../framework/errors.ts'

/** An error as RFC 9457 tells it. */
export interface Problem {
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  readonly detail?: string | undefined
  /** What to do next. */
  readonly hint?: string | undefined
  readonly code?: string | undefined
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
  PAYLOAD_TOO_LARGE: 413,
  READING_TIMED_OUT: 503,
  DATABASE_UNREACHABLE: 503,
  DATABASE_NOT_CONFIGURED: 503,
  SCHEMA_BEHIND: 503,
}

/** What `error` tells whoever asked. Of what was not thrown on purpose they learn nothing. */
export function problemOf(error: unknown): Problem {
  if (!isKretesError(error)) return problem(500, {})
  const { code, hint } = error
  const status = STATUSES[code] ?? (code.startsWith('INVALID_') ? 400 : 500)
  return problem(status, { detail: messageOf(error), code, hint })
}

export function problem(
  status: number,
  { detail, hint, code }: Pick<Problem, 'detail' | 'hint' | 'code'>,
): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, hint, code }
}

/** As an answer to a program. */
export function problemResponse(problem: Problem): Response {
  const headers = { 'content-type': 'application/problem+json' }
  return Response.json(problem, { status: problem.status, headers })
}
