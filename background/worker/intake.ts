import { monotonic } from '../../framework/clock.ts'
import type { Run } from '../engine/claim-queues.ts'
import type { ClaimedJob } from '../engine/claimed-job.ts'
import type { Registry } from '../registry.ts'
import { unitOfJob, unitOfRun } from './backlog.ts'
import type { Forbidden } from './forbidden.ts'
import type { Reporter } from './reporter.ts'
import type { Slots } from './slots.ts'

export interface IntakeOptions {
  readonly registry: Registry
  readonly slots: Slots
  readonly reporter: Reporter
  readonly forbidden: Forbidden
  /** Jobs came of tasks that this worker does not know. */
  readonly onStrangers: (jobs: readonly ClaimedJob[]) => Promise<void>
}

/** Receives what was claimed: what this worker knows goes to the slots, the rest back to where others find it. */
export class Intake {
  readonly #options: IntakeOptions

  constructor(options: IntakeOptions) {
    this.#options = options
  }

  /** Jobs without a queue. Strangers get a lane of their own before they go back, or we would meet them again. */
  jobs(jobs: readonly ClaimedJob[]): void {
    const { slots, reporter, onStrangers } = this.#options
    reporter.opened((jobs[0] as ClaimedJob).claim, jobs.length)
    const strangers = jobs.filter(job => !this.#knows(job))
    const known = strangers.length === 0 ? jobs : jobs.filter(job => this.#knows(job))
    const since = monotonic()
    slots.offer(known.map(job => unitOfJob(job, since)))
    if (strangers.length === 0) return
    void onStrangers(strangers)
      .catch(() => {})
      .then(() => reporter.giveBack(strangers.map(job => unitOfJob(job, since))))
  }

  /** Jobs of queues. One that is unknown or has a forbidden flag is put off, so that it does not block its queue. */
  runs(runs: readonly Run[]): void {
    const { slots, reporter } = this.#options
    reporter.opened(
      (runs[0] as Run).claim,
      runs.reduce((sum, run) => sum + run.jobs.length, 0),
    )
    const units = []
    for (const run of runs) {
      const welcome = run.jobs.filter(job => this.#mayRun(job))
      const others = { ...unitOfRun(run), jobs: run.jobs.filter(job => !this.#mayRun(job)) }
      if (welcome.length > 0) units.push({ ...unitOfRun(run), jobs: welcome })
      if (others.jobs.length > 0)
        reporter.putOff([welcome.length > 0 ? { ...others, run: undefined } : others])
    }
    slots.offer(units)
  }

  #mayRun(job: ClaimedJob): boolean {
    return this.#knows(job) && !this.#options.forbidden.has(job.flags)
  }

  #knows(job: ClaimedJob): boolean {
    return this.#options.registry.find(job.task) !== undefined
  }
}
