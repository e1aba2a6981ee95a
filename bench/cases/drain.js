import { jobs } from '../jobs.js'

export const order = 10
export const title = 'Drain, one worker process'
export const columns = { rate: 'jobs/s' }
export const floor = 'drain'

export async function run(trial) {
  await trial.fill(jobs(trial.jobs))
  const { seconds, count, ...rest } = await trial.drain({})
  return { values: { rate: count / seconds }, ...rest }
}
