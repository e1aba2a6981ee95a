import { jobs } from '../jobs.js'

export const order = 50
export const title = 'Drain, one worker process, every fifth job fails once and is retried at once'
export const columns = { rate: 'jobs/s' }
export const needs = ['retry at once']
export const versus = 'drain'

const EVERY = 5
const failed = new Set()

export function task({ n }) {
  if (n % EVERY !== 0 || failed.has(n)) return
  failed.add(n)
  throw new Error('the first attempt always fails')
}

export async function run(trial) {
  await trial.fill(jobs(trial.jobs))
  const runs = trial.jobs + Math.ceil(trial.jobs / EVERY)
  const { seconds, count, ...rest } = await trial.drain({ runs })
  return { values: { rate: ((count / runs) * trial.jobs) / seconds }, ...rest }
}
