import { jobs } from '../jobs.js'

export const order = 61
export const title =
  'Drain, one worker process, beside five times as many jobs due tomorrow (1,000,000 in a full run)'
export const columns = { rate: 'jobs/s' }
export const versus = 'drain'

const TIMES = 5
const DAY_MS = 86_400_000

/** Timed up to the start of the last due job: to look for one among the others would cost more than running it. */
export async function run(trial) {
  const runAt = new Date(Date.now() + DAY_MS)
  for (let part = 0; part < TIMES; part++) await trial.fill(jobs(trial.jobs, () => ({ runAt })))
  await trial.fill(jobs(trial.jobs))
  const { seconds, count, ...rest } = await trial.drain({ toTheEnd: false })
  return { values: { rate: count / seconds }, ...rest }
}
