import { type JobRecord, maskedRecord, type Secrets } from '../../background/operator.ts'

/** A job as it is shown: payload and result are JSON text, without secrets. */
export type ShownJob = JobRecord

/** A job in a list. */
export interface ListedJob extends Omit<ShownJob, 'payload' | 'result'> {
  /** The beginning of its payload, as JSON text. */
  readonly preview: string
  /** Whether there is more of it. */
  readonly cut: boolean
  /** All of it, and of the result, where that was asked for. */
  readonly payload?: string
  readonly result?: string | undefined
}

/** In a list nobody reads more characters of a payload. */
const PREVIEW = 2_000

const NOT_HERE = { name: 'Error', message: 'shown with the job alone, because its payload has secrets' }

/** A job as a list has it, without its secrets. */
export function listedJob(job: JobRecord, secrets: Secrets): ListedJob {
  const { payload, result: _, ...row } = maskedRecord(job, secrets)
  const cut = job.payload.length > PREVIEW
  // what was cut off may be in the error
  const error = cut && row.error && secrets.has(job.task) ? NOT_HERE : row.error
  return { ...row, error, preview: payload.slice(0, PREVIEW), cut }
}

/** The same with all of its payload and its result. */
export function wholeJob(job: JobRecord, secrets: Secrets): ListedJob {
  const shown = maskedRecord(job, secrets)
  return { ...shown, preview: shown.payload.slice(0, PREVIEW), cut: shown.payload.length > PREVIEW }
}
