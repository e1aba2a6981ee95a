import { task } from '@kretes/background'
import { z } from 'zod'

export default task({
  payload: z.object({
    userId: z.int(),
    at: z.coerce.date().optional(),
    locale: z.string().default('en'),
  }),
  queue: 'reports',
  maxAttempts: 5,
  timeout: '30s',
  async run({ userId, at, locale }, { attempt }) {
    const parsed: [number, Date | undefined, string, number] = [userId, at, locale, attempt]
    return parsed.join().length
  },
})
