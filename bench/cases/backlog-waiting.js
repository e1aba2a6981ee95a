import { jobs } from '../jobs.js'

export const order = 60
export const title = 'The first fifth of a large backlog of waiting jobs (1,000,000 in a full run)'
export const columns = { rate: 'jobs/s' }
export const versus = 'drain'

const TIMES = 5

/** Timed up to the start of the last of them: what is waiting has no end that could be waited for. */
export async function run(trial) {
  for (let part = 0; part < TIMES; part++) await trial.fill(jobs(trial.jobs))
  const { seconds, count, ...rest } = await trial.drain({ toTheEnd: false })
  return { values: { rate: count / seconds }, ...rest }
}
