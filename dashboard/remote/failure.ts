import { KretesError, messageOf } from '../../framework/errors.ts'
import type { Problem } from '../problem.ts'
import type { RemoteAddress } from './remote.ts'

/** Nobody answers at that address. */
export function unreachable(url: string, error: unknown): KretesError {
  const { cause = error } = error as { readonly cause?: unknown }
  return new KretesError(`the dashboard at ${url} cannot be reached: ${messageOf(cause) || String(cause)}`, {
    code: 'REMOTE_UNREACHABLE',
    hint: 'look at the address and at the network; it is the one under which a browser shows the dashboard',
    cause: error,
  })
}

/** Somebody answers, who is no dashboard. */
export function notADashboard(url: string, cause?: unknown): KretesError {
  return new KretesError(`what answers at ${url} is no dashboard`, {
    code: 'REMOTE_NOT_A_DASHBOARD',
    hint: 'the address needs the path under which the dashboard is mounted: https://admin.example.com/background',
    cause,
  })
}

/** The error that a dashboard answers with, as it would be where the dashboard is. */
export async function failureOf(response: Response, { url, token }: RemoteAddress): Promise<KretesError> {
  const { status } = response
  const isRedirect = status >= 300 && status < 400
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') ?? false
  if (!isProblem)
    return isRedirect || status === 401 || status === 403 ? refused(url, token) : notADashboard(url)
  const problem = (await response.json()) as Problem
  if (problem.code === 'FORBIDDEN' && problem.hint === undefined) return refused(url, token, problem.detail)
  if (status === 404 && problem.code === undefined) return outdated(url)
  return errorOf(problem)
}

/** As it was thrown, with what commands tell of it. */
function errorOf({ title, detail = title, code = 'REMOTE_FAILED', hint, ...rest }: Problem): KretesError {
  const { issues, job, place } = rest
  const error = new KretesError(detail, {
    code,
    hint: hint ?? 'look at the log of the app that has the dashboard',
  })
  return Object.assign(error, issues && { issues }, job !== undefined && { job }, place && { place })
}

function refused(url: string, token: string | undefined, detail?: string): KretesError {
  return new KretesError(`the dashboard at ${url} refuses it${detail === undefined ? '' : `: ${detail}`}`, {
    code: 'FORBIDDEN',
    hint:
      token === undefined
        ? 'set KRETES_REMOTE_TOKEN: the dashboard’s authorize gets it as Authorization: Bearer …'
        : 'it knows KRETES_REMOTE_TOKEN, as Authorization: Bearer …; its authorize decides what that may do',
  })
}

function outdated(url: string): KretesError {
  return new KretesError(`the dashboard at ${url} does not know what it is asked for`, {
    code: 'REMOTE_OUTDATED',
    hint: 'it is of another version: use the ks of the app that has the dashboard',
  })
}
