import type { NewJob } from '../engine/enqueue.ts'
import { textOption } from '../option-checks.ts'
import { encodePayload } from '../payload.ts'
import type { Registry } from '../registry.ts'
import {
  type JobOptions,
  type NormalizedOptions,
  normalizeOptions,
  type TaskReference,
} from '../schedule-options.ts'
import type { Sealing } from '../sealing.ts'
import { definitionOf } from '../task.ts'

const LONGEST_NAME = 128

/** What checking a job takes besides the job. */
export interface Checks {
  /** The most bytes a payload may have as JSON. */
  readonly payloadLimit: number
  /** Tasks at hand, for jobs that are scheduled by name. */
  readonly registry?: Registry | undefined
  /** Encrypts payloads; undefined without keys. */
  readonly sealing?: Sealing | undefined
}

/** A payload, and how the job is to be treated. */
export type LooseItem = JobOptions & { readonly payload?: unknown }

/**
 * The job as it is to be stored. A promise only when the task's schema checks asynchronously.
 *
 * @throws UnnamedTask, InvalidOption, InvalidPayload, PayloadNotJson, PayloadTooLarge; a promise rejects with the third.
 */
export function newJob(
  task: TaskReference,
  item: LooseItem,
  { payloadLimit, registry, sealing }: Checks,
): NewJob | Promise<NewJob> {
  const definition = typeof task === 'string' ? registry?.find(task) : definitionOf(task)
  const options = normalizeOptions(item, definition)
  const name = definition?.name ?? textOption('task', task, LONGEST_NAME)
  const payload = sealing ? sealing.opened(name, item.payload) : item.payload
  const text = encodePayload(definition, payload, { limit: payloadLimit })
  const store = (text: string) => stored(name, sealing ? sealing.seal(name, text) : text, options)
  return typeof text === 'string' ? store(text) : text.then(store)
}

/** All of `items`, checked; in one go as long as no schema checks asynchronously. */
export function newJobs(
  task: TaskReference,
  items: readonly LooseItem[],
  checks: Checks,
): NewJob[] | Promise<NewJob[]> {
  const jobs = items.map(item => newJob(task, item, checks))
  return jobs.some(job => job instanceof Promise) ? Promise.all(jobs) : (jobs as NewJob[])
}

function stored(task: string, payload: string, options: NormalizedOptions): NewJob {
  const { queue, runAt, delayMs: delay, priority, maxAttempts, tags, flags, key } = options
  return { task, payload, queue, runAt, delay, priority, maxAttempts, tags, flags, key }
}
