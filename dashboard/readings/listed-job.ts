import type { JobRecord } from '../../background/operator.ts'
import { masked, maskedValue } from '../masking/masking.ts'
import type { Secrets } from '../masking/secrets.ts'

/** A job as it is shown: payload and result are JSON text, without secrets. */
export type ShownJob = JobRecord

/** A job in a list. */
export interface ListedJob extends Omit<ShownJob, 'payload' | 'result'> {
  /** The beginning of its payload, as JSON text. */
  readonly preview: string
  /** Whether there is more of it. */
  readonly cut: boolean
}

/** In a list nobody reads more characters of a payload. */
const PREVIEW = 2_000

/** A whole job, without its secrets. */
export function shownJob(job: JobRecord, secrets: Secrets): ShownJob {
  const { task, payload, result, error } = job
  return {
    ...job,
    payload: masked(task, payload, secrets),
    result: result === undefined ? undefined : masked(task, result, secrets),
    error: maskedValue(task, error, secrets),
  }
}

/** A job as a list has it, without its secrets. */
export function listedJob(job: JobRecord, secrets: Secrets): ListedJob {
  const { payload, result: _, ...row } = shownJob(job, secrets)
  return { ...row, preview: payload.slice(0, PREVIEW), cut: job.payload.length > PREVIEW }
}
