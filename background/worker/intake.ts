import type { Run } from '../engine/claim-queues.ts'
import type { ClaimedJob } from '../engine/claimed-job.ts'
import type { Registry } from '../registry.ts'
import { unitOfJob, unitOfRun } from './backlog.ts'
import type { Reporter } from './reporter.ts'
import type { Slots } from './slots.ts'

export interface IntakeOptions {
  readonly registry: Registry
  readonly slots: Slots
  readonly reporter: Reporter
  /** Jobs came of tasks that this worker does not know. */
  readonly onStrangers: (tasks: readonly string[]) => Promise<void>
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
    slots.offer(known.map(unitOfJob))
    if (strangers.length === 0) return
    void onStrangers([...new Set(strangers.map(job => job.task))])
      .catch(() => {})
      .then(() => reporter.giveBack(strangers.map(unitOfJob)))
  }

  /** Jobs of queues. A stranger among them is put off, so that it does not block its queue. */
  runs(runs: readonly Run[]): void {
    const { slots, reporter } = this.#options
    reporter.opened(
      (runs[0] as Run).claim,
      runs.reduce((sum, run) => sum + run.jobs.length, 0),
    )
    const units = []
    for (const run of runs) {
      const known = run.jobs.filter(job => this.#knows(job))
      const strangers = { ...unitOfRun(run), jobs: run.jobs.filter(job => !this.#knows(job)) }
      if (known.length > 0) units.push({ ...unitOfRun(run), jobs: known })
      if (strangers.jobs.length > 0)
        reporter.putOff([known.length > 0 ? { ...strangers, run: undefined } : strangers])
    }
    slots.offer(units)
  }

  #knows(job: ClaimedJob): boolean {
    return this.#options.registry.find(job.task) !== undefined
  }
}
