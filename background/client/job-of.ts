import type { JobRecord } from '../engine/job-record.ts'
import type { Job } from '../job.ts'

/** A job as the database has it, with its payload and result as values. */
export function jobOf({ payload, result, ...same }: JobRecord): Job {
  return {
    ...same,
    payload: JSON.parse(payload),
    result: result === undefined ? undefined : JSON.parse(result),
  }
}
