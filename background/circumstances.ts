/** What is known of an unfinished job beyond itself. Times are milliseconds since 1970 by the clock of the database. */
export interface Circumstances {
  readonly now: number
  /** Whether it waits where a worker or its time will find it; else somebody has it, or is just changing it. */
  readonly waits: boolean
  /** Living workers: those that know the task, and those of them that take jobs, with their slots and jobs. */
  readonly workers: {
    readonly alive: number
    readonly knowing: number
    readonly working: number
    readonly slots: number
    readonly taken: number
    /** Some of those jobs: those that have been there for longest. */
    readonly running: readonly RunningJob[]
  }
  /** Due jobs that come first. */
  readonly ahead: { readonly count: number; readonly capped: boolean; readonly ids: readonly string[] }
  readonly queue: QueueCircumstances | null
  readonly holder: Holder | null
}

export interface QueueCircumstances {
  readonly concurrency: number
  readonly taken: number
  readonly pausedAt: number | null
  readonly pausedBy: string | null
  readonly pausedReason: string | null
  /** Some of those that run in it. */
  readonly running: readonly RunningJob[]
}

/** A job that somebody has. */
export interface RunningJob {
  readonly id: string
  readonly task: string
  readonly worker: string
  readonly since: number
}

/** The worker that has the job. */
export interface Holder {
  readonly id: string
  readonly name: string
  readonly host: string
  readonly pid: number
  readonly since: number
  readonly leaseUntil: number
  /** How many others live, who could take over. */
  readonly others: number
}
