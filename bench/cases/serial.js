import { jobs } from '../jobs.js'

export const order = 40
export const title = 'One serial queue of jobs that do nothing'
export const columns = { rate: 'jobs/s' }
export const needs = ['queue']

export async function run(trial) {
  const runs = Math.max(200, trial.jobs / 10)
  await trial.fill(jobs(runs, () => ({ queue: 'one' })))
  const { seconds, count, ...rest } = await trial.drain({ runs })
  return { values: { rate: count / seconds }, ...rest }
}
