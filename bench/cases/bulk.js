import { now } from '../clock.js'
import { chunks, jobs } from '../jobs.js'

export const order = 20
export const title = 'Bulk schedule, 10,000 jobs a call'
export const columns = { rate: 'jobs/s' }
export const floor = 'bulk'

export async function run(trial) {
  const all = [...chunks(jobs(trial.jobs))]
  const { seconds, count, ...rest } = await trial.measure(async deadline => {
    let done = 0
    for (const chunk of all) {
      if (now() > deadline) break
      await trial.producer.bulk(chunk)
      done += chunk.length
    }
    return done
  })
  return { values: { rate: count / seconds }, ...rest, inTime: count === trial.jobs }
}
