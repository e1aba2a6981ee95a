import * as z from 'zod'
import { JOB_STATES } from '../../../background/operator.ts'
import { VERBS } from '../../access.ts'
import { queue } from './queues.ts'
import { taskOverview } from './tasks.ts'
import { count, milliseconds, time } from './values.ts'
import { worker } from './workers.ts'

/** Who asks. */
export const meta = z.object({
  version: z.string(),
  role: z.enum(['read', 'write']),
  actor: z.string().optional(),
  verbs: z.array(z.enum(VERBS)),
})

const severity = z.enum(['problem', 'warning'])
const problem = z.object({
  ...{ severity, about: z.string(), text: z.string() },
  ...{ fix: z.string().optional(), href: z.string().optional() },
})

const stretch = z.object({
  ...{ at: time, completed: count, failed: count, ended: count },
  ...{ p50: milliseconds.optional(), p95: milliseconds.optional() },
  ...{ waited50: milliseconds.optional(), waited95: milliseconds.optional() },
})
const range = z.enum(['15m', '1h', '24h'])

export const seriesReading = z.object({ range, series: z.array(stretch) })

const status = z.enum(['ok', 'warning', 'problem'])
const finding = z.object({ check: z.string(), status, text: z.string(), fix: z.string().optional() })

export const healthReading = z.object({ status, findings: z.array(finding) })

/** How everything stands, in numbers. */
export const stats = z.object({
  at: time,
  states: z.object(Object.fromEntries(JOB_STATES.map(state => [state, count]))),
  more: z.object({ unfinished: z.boolean(), completed: z.boolean() }),
  waited: milliseconds.optional(),
  workers: z.object({ alive: count, lost: count, slots: count, taken: count }),
  totals: z.object({ scheduled: count, finished: count }),
})

/** How everything stands. */
export const overviewReading = z.object({
  problems: z.array(problem),
  overview: stats,
  ...{ range, series: z.array(stretch) },
  queues: z.array(queue),
  tasks: z.array(taskOverview),
  workers: z.array(worker),
})

export const taskStats = z.object({ tasks: z.array(taskOverview) })

export const suggestions = z.object({ values: z.array(z.string()) })
