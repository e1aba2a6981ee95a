import { durationFor } from '../callers.js'
import { payload } from '../jobs.js'
import { openShop } from '../shop.js'

export const order = 22
export const title = 'A job in a transaction with a row of the user, 10 at a time'
export const columns = { rate: 'transactions/s' }
export const needs = ['transaction']
export const floor = 'transactions'

export async function run(trial) {
  const shop = await openShop(trial.target.url)
  const schedule = (client, n) => trial.producer.within(client, { payload: payload(n) })
  const { seconds, count, ...rest } = await trial.measure(() => shop.sell(durationFor(trial.jobs), schedule))
  await shop.close()
  return { values: { rate: count / seconds }, ...rest }
}
