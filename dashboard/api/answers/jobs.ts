import * as z from 'zod'
import { KEY_MODES } from '../../../background/operator.ts'
import { capped, count, cursor, id, json, milliseconds, state, time } from './values.ts'

const error = z.looseObject({
  name: z.string().optional(),
  message: z.string(),
  stack: z.string().optional(),
})

/** What lists and the page of a job have in common. */
const facts = {
  ...{ id, task: z.string(), queue: z.string().optional(), state },
  ...{ priority: z.int(), runAt: time, createdAt: time },
  attempt: count.describe('how many have been used up'),
  maxAttempts: count.optional(),
  crashes: count.optional().describe('how often a worker died while it ran'),
  key: z.string().optional(),
  tags: z.array(z.string()),
  flags: z.array(z.string()),
  error: error.optional(),
  worker: id.optional(),
  claimedAt: time.optional(),
  cancelling: z.boolean().describe('it runs, and its worker has been told to cancel it'),
  finishedAt: time.optional(),
  expiresAt: time.optional(),
  ms: milliseconds.optional(),
}

/** A job in a list. */
export const listedJob = z.object({
  ...facts,
  preview: json.describe('the beginning of its payload'),
  cut: z.boolean().describe('whether there is more of it'),
  payload: json.optional().describe('all of it, where that was asked for'),
  result: json.optional(),
})

export const jobsPage = z.object({ jobs: z.array(listedJob), cursor })

export const jobsCount = capped

const step = z.object({
  state,
  at: time.optional(),
  ms: milliseconds.optional(),
  when: z.enum(['past', 'now', 'ahead']),
})
const reason = z.object({
  code: z.string(),
  text: z.string(),
  next: z.string(),
  at: time.optional(),
  jobs: z.array(id).optional(),
})
const line = z.object({
  at: time,
  level: z.enum(['trace', 'debug', 'info', 'warn', 'error']),
  message: z.string(),
  fields: z.looseObject({}).optional(),
})
const log = z.object({ attempt: count, lines: z.array(line), dropped: count })

/** Everything about one job. */
export const jobReading = z.object({
  job: z.object({ ...facts, payload: json, result: json.optional() }),
  reasons: z.array(reason).describe('why it is not running, or that it is'),
  timeline: z.array(step),
  logs: z.array(log),
  schema: z.looseObject({}).optional().describe('what its task takes, as JSON Schema'),
})

/** A job as it ended. */
export const jobEnd = z.object({
  ...{ id, state, attempt: count, ms: milliseconds, waited: milliseconds },
  ...{ result: json.optional(), error: error.optional() },
})

/** What was made, or changed. */
export const jobId = z.object({ id })
/** What was scheduled, and how it is treated. */
export const scheduled = z.object({
  id: id.optional().describe('left out when it was only checked'),
  ...{ task: z.string(), queue: z.string().optional(), priority: z.int(), maxAttempts: count },
  runAt: time.optional(),
  in: milliseconds.optional(),
  key: z.string().optional(),
  keyMode: z.enum(KEY_MODES).optional(),
  ...{ tags: z.array(z.string()), flags: z.array(z.string()) },
})
export const cancelled = z.object({ id, told: z.boolean().describe('it runs, and its worker has been told') })
export const replayed = z.object({ id, of: id })
