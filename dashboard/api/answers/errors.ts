import * as z from 'zod'
import { count, id, time } from './values.ts'

const group = z.object({
  fingerprint: z.string(),
  name: z.string(),
  message: z.string(),
  frame: z.string().optional(),
  ...{ count, retryable: count, firstSeen: time, lastSeen: time },
  tasks: z.array(z.string()),
  jobs: z.array(id),
  query: z.string().describe('finds jobs with such an error'),
})

/** Errors that are the same, together. */
export const errorsReading = z.object({ groups: z.array(group) })
