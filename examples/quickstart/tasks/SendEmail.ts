import { task } from '@kretes/background'
import { database } from '@kretes/background/framework'
import { z } from 'zod'

/** Welcomes a user. At most four of these run at once, however many workers there are: see kretes.config.ts. */
export default task({
  payload: z.object({ to: z.email() }),
  queue: 'email',
  maxAttempts: 5,
  async run({ to }, { log }) {
    const { kysely } = await database()
    log.info(`welcome, ${to}`)
    await kysely.updateTable('users').set({ welcomed_at: new Date() }).where('email', '=', to).execute()
  },
})
