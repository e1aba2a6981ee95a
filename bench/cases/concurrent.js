import { closedLoop, durationFor } from '../callers.js'
import { payload } from '../jobs.js'

export const order = 21
export const title = 'Single schedules, 50 at a time'
export const columns = { rate: 'jobs/s' }
export const floor = 'inserts'

const CALLERS = 50

export async function run(trial) {
  const { producer } = trial
  const call = n => producer.single({ payload: payload(n) })
  await closedLoop(CALLERS, 200, call)
  const { seconds, count, ...rest } = await trial.measure(() =>
    closedLoop(CALLERS, durationFor(trial.jobs), call),
  )
  return { values: { rate: count / seconds }, ...rest }
}
