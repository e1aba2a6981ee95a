import { setTimeout as sleep } from 'node:timers/promises'
import { now } from './clock.js'
import { Crew } from './crew.js'
import { chunks } from './jobs.js'

const LOOK_MS = 2

/**
 * One contestant in one case: what a case works with. At most one phase of it is measured.
 *
 * `stage`: `{ target, variant, needs }`; `limit`: seconds that the measured phase may take.
 */
export class Trial {
  #jobs
  #stage
  #producer
  #assignment
  #meter
  #limit
  #settle = async () => ({})

  constructor({ jobs, limit, stage, producer, meter, assignment }) {
    this.#jobs = jobs
    this.#stage = stage
    this.#producer = producer
    this.#assignment = assignment
    this.#meter = meter
    this.#limit = limit * 1_000
  }

  /** The size of the run: how many jobs a drain has. */
  get jobs() {
    return this.#jobs
  }

  /** Where the server is. */
  get target() {
    return this.#stage.target
  }

  /** What schedules jobs, see catalogue.js. */
  get producer() {
    return this.#producer
  }

  /** Schedules `items`, unmeasured. */
  async fill(items) {
    for (const chunk of chunks(items)) await this.#producer.bulk(chunk)
  }

  /** Worker processes with their code loaded, not yet started. */
  async crew(size = 1) {
    const crew = new Crew(size, this.#assignment)
    await crew.loaded()
    return crew
  }

  /** A worker process that starts as soon as it can. */
  newcomer() {
    return new Crew(1, { ...this.#assignment, atOnce: true })
  }

  deadline() {
    return now() + this.#limit
  }

  /**
   * Lets `processes` workers run the jobs that are there: from the start of the first one until `runs` were
   * started and, unless `toTheEnd` is false, none is left in the database.
   */
  async drain({ processes = 1, runs = this.#jobs, toTheEnd = true }) {
    const crew = await this.crew(processes)
    const { looksEmpty, isEmpty } = this.#producer
    if (toTheEnd) await looksEmpty()
    const stop = await this.#meter.start()
    const deadline = this.deadline()
    crew.start()
    let inTime = await crew.reached(runs, deadline)
    if (inTime && toTheEnd) inTime = await until(looksEmpty, deadline)
    let end = now()
    this.#settle = await stop()
    if (inTime && toTheEnd && !(await isEmpty())) {
      inTime = await until(isEmpty, deadline)
      end = now()
    }
    const reports = await crew.reports()
    await crew.dismiss({ force: !inTime })
    const count = Math.min(crew.ran, runs)
    const start = Math.min(...reports.map(report => report.firstAt ?? end - this.#limit))
    const note = crew.ran > runs && toTheEnd ? `${crew.ran} runs instead of ${runs}` : undefined
    return { seconds: (end - start) / 1_000, count, inTime, note, beside: besideOf(reports, count) }
  }

  /** Measures `work`, done in this process; it answers with how many of something it did. */
  async measure(work) {
    const stop = await this.#meter.start()
    const cpu = process.cpuUsage()
    const start = now()
    const count = await work(this.deadline())
    const seconds = (now() - start) / 1_000
    const { user, system } = process.cpuUsage(cpu)
    this.#settle = await stop()
    return { seconds, count, inTime: true, beside: { count, nodeMicros: user + system } }
  }

  /** Measures what a crew of one does while `work` schedules jobs for it. */
  async watch(work) {
    const crew = await this.crew()
    crew.start()
    await crew.ready()
    const stop = await this.#meter.start()
    const inTime = await work(crew, this.deadline())
    this.#settle = await stop()
    const [report] = await crew.reports()
    await crew.dismiss({ force: !inTime })
    return { samples: report.samples, inTime, beside: besideOf([report], crew.ran) }
  }

  /** The server's share of what was measured. Everybody must have disconnected. */
  settle() {
    return this.#settle()
  }
}

async function until(condition, deadline) {
  while (!(await condition())) {
    if (now() > deadline) return false
    await sleep(LOOK_MS)
  }
  return true
}

function besideOf(reports, count) {
  return {
    count,
    nodeMicros: reports.reduce((sum, report) => sum + report.cpuMicros, 0),
    rss: Math.max(...reports.map(report => report.rss)),
    heap: Math.max(...reports.map(report => report.heap)),
  }
}
