import type { NewJob } from '../engine/enqueue.ts'
import { encodePayload } from '../payload.ts'
import type { Registry } from '../registry.ts'
import { type JobOptions, normalizeOptions, type TaskReference } from '../schedule-options.ts'
import { definitionOf, type TaskDefinition } from '../task.ts'

/** What checking a job takes besides the job. */
export interface Checks {
  /** The most bytes a payload may have as JSON. */
  readonly payloadLimit: number
  /** Tasks at hand, for jobs that are scheduled by name. */
  readonly registry?: Registry | undefined
}

/** A payload, and how the job is to be treated. */
export type LooseItem = JobOptions & { readonly payload?: unknown }

/**
 * The job as it is to be stored.
 *
 * @throws UnnamedTask, InvalidOption, InvalidPayload, PayloadNotJson, PayloadTooLarge
 */
export async function newJob(
  task: TaskReference,
  { payload, ...options }: LooseItem,
  { payloadLimit, registry }: Checks,
): Promise<NewJob> {
  const definition = typeof task === 'string' ? registry?.find(task) : definitionOf(task)
  const checked = normalizeOptions(options, definition)
  const text = encodePayload(definition, payload, { limit: payloadLimit })
  const encoded = typeof text === 'string' ? text : await text
  const { queue, runAt, delayMs, priority, maxAttempts, tags, flags } = checked
  const { key, keyMode = 'replace', keyMaxWaitMs } = checked
  return {
    ...{
      task: nameOf(task, definition),
      payload: encoded,
      queue,
      runAt,
      delay: delayMs,
      priority,
      maxAttempts,
    },
    ...{
      tags,
      flags,
      key: key === undefined ? undefined : { name: key, mode: keyMode, maxWait: keyMaxWaitMs },
    },
  }
}

function nameOf(task: TaskReference, definition: TaskDefinition | undefined): string {
  return definition?.name ?? (task as string)
}
