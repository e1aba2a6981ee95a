import { setTimeout as sleep } from 'node:timers/promises'
import { now } from '../clock.js'
import { payload } from '../jobs.js'
import { percentiles } from '../statistics.js'

export const order = 30
export const title =
  'Pick-up latency, idle: from the call of schedule to the start of the job, one after the other'
export const columns = { p50: 'p50 ms', p95: 'p95 ms', p99: 'p99 ms', max: 'max ms' }
export const floor = 'roundTrips'

const WARM_UP = 100
const PAUSE_MS = 2

export function task({ sent }, record) {
  record(now() - sent)
}

export async function run(trial) {
  const count = sampleSize(trial.jobs)
  const { samples, ...rest } = await trial.watch(async (crew, deadline) => {
    for (let n = 0; n < WARM_UP + count; n++) {
      await trial.producer.single({ payload: { ...payload(n), sent: now() } })
      if (!(await crew.reached(n + 1, deadline))) return false
      await sleep(PAUSE_MS)
    }
    return true
  })
  const counted = samples.slice(samples.length > WARM_UP ? WARM_UP : 0)
  const note = counted.length < count ? `${counted.length} of ${count} jobs` : undefined
  return { values: percentiles(counted), note, ...rest }
}

/** 1,000 in a full run. */
export function sampleSize(jobs) {
  return Math.min(1_000, Math.max(100, jobs / 200))
}
