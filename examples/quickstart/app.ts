import { Background, background } from '@kretes/background'
import { createApp, POST, transaction } from '@kretes/background/framework'
import SendEmail from './tasks/SendEmail.ts'
import { users } from './users.ts'

/**
 * One route that does two things which belong together: it writes a user and schedules a job, in one transaction.
 * Whatever fails, in whatever order they come, there is a user with a message or there is neither.
 */
export default createApp({
  root: import.meta.dirname,
  plugins: [users, background()],
  routes: [
    POST('/signup', async request => {
      const { email } = (await request.json()) as { email: string }
      return transaction(async trx => {
        await Background.schedule({ task: SendEmail, payload: { to: email } })
        const user = await trx
          .insertInto('users')
          .values({ email })
          .onConflict(conflict => conflict.doNothing())
          .returning(['id', 'email'])
          .executeTakeFirst()
        return user ?? refuse(`${email} has signed up before`)
      })
    }),
  ],
})

/** An error with a status is answered with that status; this one also rolls the transaction back. */
function refuse(message: string): never {
  throw Object.assign(new Error(message), { status: 409 })
}
