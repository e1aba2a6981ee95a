import * as z from 'zod'
import { capped, cursor, id, time } from './values.ts'

/** What somebody has done. */
export const activity = z.object({
  ...{ id, at: time, actor: z.string(), action: z.string(), target: z.string().optional() },
  details: z.looseObject({}).optional(),
  outcome: z.enum(['done', 'failed', 'stopped']).optional(),
  answer: z.looseObject({}).optional(),
  toldAt: time.optional(),
})

export const activityPage = z.object({ activities: z.array(activity), cursor })

export const bulkBegun = z.object({
  id: id.optional().describe('left out when they were only counted'),
  matched: capped,
})
export const bulkStopped = z.object({ id, stopped: z.boolean().describe('whether it had not ended before') })
