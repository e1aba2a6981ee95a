import { jobs } from '../jobs.js'

export const order = 42
export const title = 'Many serial queues of 20 jobs each (10,000 in a full run)'
export const columns = { rate: 'jobs/s' }
export const needs = ['queue', 'queues']

const PER_QUEUE = 20

export async function run(trial) {
  const queues = Math.ceil(trial.jobs / PER_QUEUE)
  const runs = queues * PER_QUEUE
  await trial.fill(jobs(runs, n => ({ queue: `customer-${n % queues}` })))
  const { seconds, count, ...rest } = await trial.drain({ runs })
  return { values: { rate: count / seconds }, ...rest }
}
