import * as z from 'zod'
import { count, id, json, milliseconds, state, time } from './values.ts'

/** A recurring schedule. */
export const cron = z.object({
  ...{ name: z.string(), task: z.string(), expression: z.string(), timeZone: z.string(), payload: json },
  ...{ queue: z.string().optional(), priority: z.int(), maxAttempts: count, key: z.string().optional() },
  keyMode: z.enum(['replace', 'preserve_run_at', 'unsafe_dedupe']),
  tags: z.array(z.string()),
  missed: z.enum(['skip', 'once', 'all']),
  fill: milliseconds.optional(),
  cap: count,
  source: z.enum(['crontab', 'config', 'task', 'dynamic']),
  ...{ knownSince: time, pausedAt: time.optional(), resumedAt: time.optional(), lastTick: time.optional() },
  recentJobs: z.array(id),
})

const row = cron.extend({
  next: z.array(time),
  last: z.array(z.object({ id, state, finishedAt: time.optional() })),
})

export const cronsReading = z.object({ crons: z.array(row), tasks: z.array(z.string()) })

export const cronReading = z.object({ cron: row })

export const cronRemoved = z.object({ name: z.string() })
export const cronRun = z.object({ id, entry: z.string(), task: z.string() })
