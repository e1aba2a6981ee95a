import { monotonic } from '../../framework/clock.ts'
import { type Bench, PAYLOAD, TASK, withBenchClient, withBenchWorker } from './bench.ts'

/** Something that is measured: a number of jobs a second, or milliseconds. */
export interface Measurement {
  readonly name: string
  readonly what: string
  readonly measure: (bench: Bench) => Promise<Measured>
}

/** Jobs a second, or the time that half and that all but one of a hundred take at most. */
export type Measured = { readonly perSecond: number } | { readonly p50: number; readonly p99: number }

const AT_ONCE = 10_000
const CALLERS = 50
/** Single calls cost a commit each; more of them say nothing new. */
const MOST_CALLS = 5_000
const PICK_UPS = 200
const SERIAL = 'measured'

/** In the order in which they are made: the drain runs what was scheduled in bulk. */
export const MEASUREMENTS: readonly Measurement[] = [
  { name: 'bulk', what: 'schedule, 10,000 jobs a call', measure: bulk },
  { name: 'drain', what: 'run what was scheduled, in one process', measure: drain },
  { name: 'concurrent', what: `schedule one by one, ${CALLERS} callers`, measure: concurrent },
  { name: 'serial', what: 'run one serial queue', measure: serial },
  { name: 'pickUp', what: 'from schedule to the start of the job, idle', measure: pickUp },
]

function bulk(bench: Bench): Promise<Measured> {
  return rate(bench.jobs, () => scheduleAll(bench, bench.jobs))
}

function drain(bench: Bench): Promise<Measured> {
  return runAll(bench, bench.jobs)
}

async function concurrent(bench: Bench): Promise<Measured> {
  const calls = Math.min(bench.jobs, MOST_CALLS)
  return withBenchClient(bench, async client => {
    let left = calls
    const caller = async () => {
      while (left-- > 0) await client.schedule({ task: TASK, payload: PAYLOAD })
    }
    return rate(calls, () => Promise.all(Array.from({ length: CALLERS }, caller)))
  }).finally(() => runAll(bench, calls))
}

async function serial(bench: Bench): Promise<Measured> {
  const jobs = Math.min(bench.jobs, MOST_CALLS)
  await scheduleAll(bench, jobs, { queue: SERIAL })
  return runAll(bench, jobs)
}

/** Client and worker share this process: a little of each time is spent on telling one of them about it. */
async function pickUp(bench: Bench): Promise<Measured> {
  let started: (at: number) => void = () => {}
  const times: number[] = []
  await withBenchWorker(
    bench,
    async () => started(monotonic()),
    worker =>
      withBenchClient(bench, async client => {
        while (times.length < PICK_UPS) {
          const since = monotonic()
          const start = new Promise<number>(resolve => {
            started = resolve
          })
          await client.schedule({ task: TASK, payload: PAYLOAD })
          times.push((await start) - since)
        }
        await worker.untilEmpty()
      }),
  )
  times.sort((a, b) => a - b)
  return { p50: times[PICK_UPS * 0.5] as number, p99: times[PICK_UPS * 0.99] as number }
}

function scheduleAll(bench: Bench, jobs: number, options = {}): Promise<void> {
  return withBenchClient(bench, async client => {
    for (let done = 0; done < jobs; done += AT_ONCE) {
      const length = Math.min(AT_ONCE, jobs - done)
      await client.scheduleMany(
        TASK,
        Array.from({ length }, () => ({ payload: PAYLOAD, ...options })),
      )
    }
  })
}

/** Connecting is not in the time. */
function runAll(bench: Bench, jobs: number): Promise<Measured> {
  return withBenchWorker(
    bench,
    async () => {},
    worker => rate(jobs, () => worker.untilEmpty()),
  )
}

async function rate(jobs: number, work: () => Promise<unknown>): Promise<Measured> {
  const since = monotonic()
  await work()
  return { perSecond: (jobs / (monotonic() - since)) * 1_000 }
}
