import { setTimeout as sleep } from 'node:timers/promises'
import { jobs } from '../jobs.js'

export const order = 41
export const title = 'One serial queue of 20 jobs of 5 ms each: 100 ms of work'
export const columns = { total: 'ms' }
export const needs = ['queue']

const RUNS = 20

export async function task() {
  await sleep(5)
}

export async function run(trial) {
  await trial.fill(jobs(RUNS, () => ({ queue: 'one' })))
  const { seconds, count, ...rest } = await trial.drain({ runs: RUNS })
  const note = count < RUNS ? `${count} of ${RUNS} jobs` : undefined
  return { values: { total: seconds * 1_000 }, note, ...rest }
}
