import { BackgroundError } from './errors.ts'
import type { FinishedState } from './job.ts'

/** `JOB_NOT_FOUND`: no unfinished job has this id, and none in history. */
export class JobNotFound extends BackgroundError {
  /** The id that was asked for. */
  readonly job: string

  constructor(job: string) {
    super(`there is no job ${job}`, {
      code: 'JOB_NOT_FOUND',
      hint: 'it never existed, or it has finished and is no longer kept, as with retention: 0',
    })
    this.job = job
  }
}

/** `JOB_RUNNING`: a worker has the job, and what it has only it may change. */
export class JobRunning extends BackgroundError {
  readonly job: string

  constructor(job: string) {
    super(`job ${job} is running`, {
      code: 'JOB_RUNNING',
      hint: `wait until it ends, or cancel it: Background.jobs.cancel('${job}')`,
    })
    this.job = job
  }
}

/** `JOB_FINISHED`: the job has ended, so there is nothing left to change. */
export class JobFinished extends BackgroundError {
  readonly job: string
  readonly state: FinishedState

  constructor(job: string, state: FinishedState) {
    super(`job ${job} has finished: it is ${state}`, {
      code: 'JOB_FINISHED',
      hint: `run it again with Background.jobs.retry('${job}'), or delete it with remove`,
    })
    this.job = job
    this.state = state
  }
}

/** `JOB_BUSY`: another transaction holds on to the job, such as one that has scheduled under its key and is still open. */
export class JobBusy extends BackgroundError {
  readonly job: string

  constructor(job: string) {
    super(`job ${job} is being changed by another transaction`, {
      code: 'JOB_BUSY',
      hint: 'try again; if that does not help, look for a transaction that stays open',
    })
    this.job = job
  }
}

/** Why nothing was done with a job. */
export type JobRefusal = JobNotFound | JobRunning | JobFinished | JobBusy
