import {
  type AttemptLog,
  maskedLogs,
  maskedRecord,
  payloadSchema,
  type Reason,
  scrubFor,
} from '../../background/operator.ts'
import type { Asked } from './asked.ts'
import type { ShownJob } from './listed-job.ts'
import { type Step, timelineOf } from './timeline.ts'

/** Everything about one job. */
export interface JobReading {
  readonly job: ShownJob
  /** Why it is not running, or that it is. */
  readonly reasons: readonly Reason[]
  /** Its states, in the order in which it takes them. */
  readonly timeline: readonly Step[]
  /** What its last attempts have logged. */
  readonly logs: readonly AttemptLog[]
  /** What its task takes, as JSON Schema, where that is known. */
  readonly schema: object | undefined
}

/** The job `:id`. @throws JobNotFound */
export async function readJob({ client, params, secrets }: Asked): Promise<JobReading> {
  const id = params.id ?? ''
  const [record, reasons, logs, { registry }] = await Promise.all([
    client.records.get(id),
    client.jobs.why(id),
    client.jobs.logs(id),
    client.tasks(),
  ])
  const job = maskedRecord(record, secrets)
  const scrub = scrubFor(record.task, record.payload, secrets) ?? (text => text)
  return {
    ...{ job, timeline: timelineOf(job, logs), logs: maskedLogs(record, logs, secrets) },
    reasons: reasons.map(reason => ({ ...reason, text: scrub(reason.text) })),
    schema: payloadSchema(registry.find(job.task)),
  }
}
