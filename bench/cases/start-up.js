import { now } from '../clock.js'
import { payload } from '../jobs.js'
import { median } from '../statistics.js'

export const order = 70
export const title =
  'Start-up: from the start of the process until its worker is ready, and until a waiting job runs'
export const columns = { ready: 'ready ms', job: 'first job ms', rss: 'RSS MB' }

const STARTS = 5

export async function run(trial) {
  const starts = []
  for (let n = 0; n < STARTS; n++) {
    await trial.producer.single({ payload: payload(n) })
    starts.push(await startOnce(trial))
  }
  const middle = column => median(starts.map(start => start[column]))
  return {
    values: { ready: middle('ready'), job: middle('job'), rss: middle('rss') },
    beside: {},
    inTime: true,
  }
}

async function startOnce(trial) {
  const born = now()
  const crew = trial.newcomer()
  await crew.ready()
  const inTime = await crew.reached(1, trial.deadline())
  const [report] = await crew.reports()
  await crew.dismiss({ force: !inTime })
  return { ready: crew.readyAt - born, job: report.firstAt - born, rss: report.rss / 1e6 }
}
