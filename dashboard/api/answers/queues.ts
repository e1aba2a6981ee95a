import * as z from 'zod'
import { listedJob } from './jobs.ts'
import { count, cursor, milliseconds, time } from './values.ts'

/** A queue as it stands. */
export const queue = z.object({
  name: z.string(),
  concurrency: count,
  available: count.describe('due jobs that wait in it, of which 10,000 are counted'),
  running: count,
  waited: milliseconds.optional().describe('for how long the job has been due that comes next'),
  paused: z.object({ at: time, by: z.string().optional(), reason: z.string().optional() }).optional(),
})

export const queuesPage = z.object({ queues: z.array(queue), cursor })

export const queueReading = z.object({
  queue,
  running: z.array(listedJob),
  jobs: z.array(listedJob).describe('the newest'),
})
