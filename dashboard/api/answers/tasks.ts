import * as z from 'zod'
import { count, milliseconds } from './values.ts'

/** How the last jobs of a task went. */
export const taskOverview = z.object({
  ...{ task: z.string(), completed: count, cancelled: count, discarded: count },
  ...{ p50: milliseconds.optional(), p95: milliseconds.optional(), p99: milliseconds.optional() },
})

const defaults = z.object({
  queue: z.string().optional(),
  maxAttempts: count,
  priority: z.int(),
  timeout: milliseconds.optional(),
  retention: milliseconds.optional(),
  tags: z.array(z.string()),
  cron: z.array(z.looseObject({ expression: z.string() })).optional(),
})

const task = z.object({
  name: z.string(),
  file: z.string().optional(),
  workers: count.describe('how many living ones know it'),
  defaults: defaults.optional(),
  last: taskOverview.optional(),
})

export const tasksReading = z.object({ tasks: z.array(task) })

export const taskReading = z.object({ task, schema: z.looseObject({}).optional() })
