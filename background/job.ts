/** How often a job is tried when neither it nor its task says. */
export const MAX_ATTEMPTS = 25

/** The states of a job that people see. No column says them: they follow from which rows exist. */
export type JobState = UnfinishedState | FinishedState

/** Due later, due now, being run, or failed and due again later. */
export type UnfinishedState = 'scheduled' | 'available' | 'running' | 'retryable'

export type FinishedState = 'completed' | 'cancelled' | 'discarded'

export const UNFINISHED: readonly UnfinishedState[] = ['scheduled', 'available', 'running', 'retryable']

export const FINISHED: readonly FinishedState[] = ['completed', 'cancelled', 'discarded']

/** Waits for its time or for a worker: nobody has it. */
export const WAITING: readonly UnfinishedState[] = ['scheduled', 'available', 'retryable']

export const JOB_STATES: readonly JobState[] = [...UNFINISHED, ...FINISHED]

/** An error as it is kept with a job. */
export interface JobError {
  readonly name?: string
  readonly message: string
  readonly stack?: string
  readonly cause?: JobError
}

/** A job as it stands in the database, or as it ended. */
export interface Job {
  readonly id: string
  /** The name of its task. */
  readonly task: string
  readonly queue: string | undefined
  readonly state: JobState
  readonly priority: number
  /** When it is due; of a finished job, when it was. */
  readonly runAt: Date
  /** When it was scheduled. */
  readonly createdAt: Date
  /** How many attempts it has used up. */
  readonly attempt: number
  /** Undefined only for jobs that finished before this was kept. */
  readonly maxAttempts: number | undefined
  /** How often a worker died while it ran; undefined once it has finished. */
  readonly crashes: number | undefined
  readonly key: string | undefined
  readonly tags: readonly string[]
  /** Words by which workers leave it alone, see `forbiddenFlags`. */
  readonly flags: readonly string[]
  readonly payload: unknown
  /** The id of the worker that runs it. */
  readonly worker: string | undefined
  /** Since when that worker has it. */
  readonly claimedAt: Date | undefined
  /** It runs, and its worker has been told to cancel it. */
  readonly cancelling: boolean
  readonly finishedAt: Date | undefined
  /** Until when it is kept in history. */
  readonly expiresAt: Date | undefined
  /** How long its last attempt ran, in milliseconds; known once it has finished. */
  readonly ms: number | undefined
  /** What the task returned. */
  readonly result: unknown
  /** What went wrong last; of a job that was cancelled or discarded, why. */
  readonly error: JobError | undefined
}
