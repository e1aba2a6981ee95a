import { jobs } from '../jobs.js'

export const order = 11
export const title = 'Drain, two worker processes'
export const columns = { rate: 'jobs/s' }
export const versus = 'drain'

export async function run(trial) {
  await trial.fill(jobs(trial.jobs))
  const { seconds, count, ...rest } = await trial.drain({ processes: 2 })
  return { values: { rate: count / seconds }, ...rest }
}
