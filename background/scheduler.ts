import type { Duration } from '../framework/duration.ts'
import type { FinishedState, JobError } from './job.ts'
import type { ScheduleOptions, TaskReference } from './schedule-options.ts'
import type { AnyTask, ResultOf } from './task.ts'
import type { Tasks } from './tasks.ts'

/** A job as it ended. */
export interface FinishedJob<Result = unknown> {
  readonly id: string
  readonly state: FinishedState
  readonly attempt: number
  /** For how many milliseconds its last attempt ran. */
  readonly ms: number
  /** For how many milliseconds it had been due before that. */
  readonly waited: number
  /** What the task returned; undefined when it did not complete, or returned nothing that JSON can carry. */
  readonly result: Result | undefined
  readonly error: JobError | undefined
}

/** A job that has been scheduled. */
export interface JobHandle<Result = unknown> {
  readonly id: string
  /**
   * Waits until the job has finished. Give it a timeout where nobody may be running jobs.
   *
   * @throws BackgroundError `WAIT_TIMED_OUT`; `JOB_NOT_FOUND` when the job is gone and its history was not kept.
   */
  wait(options?: { readonly timeout?: Duration }): Promise<FinishedJob<Result>>
}

export type ResultOfReference<Reference> = Reference extends keyof Tasks
  ? ResultOf<Tasks[Reference]>
  : Reference extends AnyTask
    ? ResultOf<Reference>
    : unknown

/** One of several jobs of the same task: its payload and, where it differs, how it is to be treated. */
export type ManyItem<Reference extends TaskReference> = Omit<ScheduleOptions<Reference>, 'task'>

/** What can be done with jobs from an app, inside a transaction or outside of any. */
export interface Scheduler {
  schedule<const Reference extends TaskReference>(
    options: ScheduleOptions<Reference>,
  ): Promise<JobHandle<ResultOfReference<Reference>>>
  scheduleMany<const Reference extends TaskReference>(
    task: Reference,
    items: readonly ManyItem<Reference>[],
  ): Promise<JobHandle<ResultOfReference<Reference>>[]>
}
