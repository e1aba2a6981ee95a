import * as z from 'zod'
import { listedJob } from './jobs.ts'
import { count, id, milliseconds, time } from './values.ts'

const order = z.enum(['work', 'quiet', 'stop'])

/** A process that runs jobs. */
export const worker = z.object({
  ...{ id, name: z.string(), host: z.string(), pid: z.int(), version: z.string(), concurrency: count },
  tasks: z.array(z.string()),
  ...{ startedAt: time, leaseUntil: time },
  alive: z.boolean(),
  claimed: count.describe('jobs that it runs or is about to run'),
  told: order,
  memory: count.optional().describe('in bytes'),
  delay: milliseconds
    .optional()
    .describe('for how long its event loop was held up at most, lately, in milliseconds'),
})

export const workersReading = z.object({ workers: z.array(worker.extend({ jobs: z.array(listedJob) })) })

export const workerTold = z.object({ id, told: order })
