import { setTimeout as sleep } from 'node:timers/promises'
import { durationFor } from '../callers.js'
import { now } from '../clock.js'
import { payload } from '../jobs.js'
import { percentiles } from '../statistics.js'

export const order = 31
export const title = 'Pick-up latency at a steady 1,000 jobs/s, each scheduled by a call of its own'
export const columns = { p50: 'p50 ms', p95: 'p95 ms', p99: 'p99 ms', max: 'max ms' }

const PER_MS = 1
const WARM_UP = 1_000

export function task({ sent }, record) {
  record(now() - sent)
}

export async function run(trial) {
  const { samples, ...rest } = await trial.watch(async (crew, deadline) => {
    const count = await schedule(trial.producer, WARM_UP + 2 * durationFor(trial.jobs) * PER_MS)
    return crew.reached(count, deadline)
  })
  return { values: percentiles(samples.slice(WARM_UP)), ...rest }
}

/** As many calls as are due by the clock, whether or not earlier ones were answered: nobody waits for a slow queue. */
async function schedule(producer, count) {
  const start = now()
  const calls = []
  while (calls.length < count) {
    const due = Math.min(count, Math.floor((now() - start) * PER_MS))
    while (calls.length < due) {
      calls.push(producer.single({ payload: { ...payload(calls.length), sent: now() } }))
    }
    await sleep(1)
  }
  await Promise.all(calls)
  return count
}
