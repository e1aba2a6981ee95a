import type { AttemptLog, Reason } from '../../background/operator.ts'
import { maskedValue } from '../masking/masking.ts'
import { payloadSchema } from '../payload-schema.ts'
import type { Asked } from './asked.ts'
import { type ShownJob, shownJob } from './listed-job.ts'
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
  const job = shownJob(record, secrets)
  const clean = (log: AttemptLog) => ({
    ...log,
    lines: log.lines.map(line => ({ ...line, fields: maskedValue(job.task, line.fields, secrets) })),
  })
  return {
    ...{ job, reasons, timeline: timelineOf(job), logs: logs.map(clean) },
    schema: payloadSchema(registry.find(job.task)),
  }
}
