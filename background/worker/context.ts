import type { Logger } from '../../framework/logger.ts'
import type { ClaimedJob } from '../engine/claimed-job.ts'
import type { Layers } from '../middleware.ts'
import type { TaskContext, TaskLog } from '../task.ts'
import type { TaskHost } from '../task-host.ts'

/** What is around every job of a worker. */
export interface Surroundings {
  readonly logger: Logger
  readonly host: TaskHost
  /** Middleware; undefined when there is none. */
  readonly layers: Layers<TaskContext> | undefined
}

/** What a task gets beside its payload. Made for every job, so whatever few tasks ask for is made when asked. */
export class JobContext implements TaskContext {
  readonly #job: ClaimedJob
  readonly #around: Surroundings
  #log: TaskLog | undefined
  #controller: AbortController | undefined
  #abortReason: unknown

  constructor(job: ClaimedJob, around: Surroundings) {
    this.#job = job
    this.#around = around
  }

  get id(): string {
    return this.#job.id
  }

  get task(): string {
    return this.#job.task
  }

  get queue(): string | undefined {
    return this.#job.queue
  }

  get attempt(): number {
    return this.#job.attempt
  }

  get maxAttempts(): number {
    return this.#job.maxAttempts
  }

  get crashes(): number {
    return this.#job.crashes
  }

  get scheduledAt(): Date {
    return new Date(this.#job.createdAt)
  }

  get runAt(): Date {
    return new Date(this.#job.runAt)
  }

  get log(): TaskLog {
    this.#log ??= this.#around.logger.child({ job: this.id, task: this.task, attempt: this.attempt })
    return this.#log
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#abortReason !== undefined) this.#controller.abort(this.#abortReason)
    return this.#controller.signal
  }

  get query(): TaskHost['query'] {
    return this.#around.host.query
  }

  get transaction(): TaskHost['transaction'] {
    return this.#around.host.transaction
  }

  get schedule(): TaskHost['schedule'] {
    return this.#around.host.schedule
  }

  get scheduleMany(): TaskHost['scheduleMany'] {
    return this.#around.host.scheduleMany
  }

  /** Aborts the signal; a task that asks for it later finds it aborted. */
  static abort(context: JobContext, reason: unknown): void {
    context.#abortReason = reason
    context.#controller?.abort(reason)
  }
}
