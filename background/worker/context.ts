import type { Logger } from '../../framework/logger.ts'
import type { ClaimedJob } from '../engine/claimed-job.ts'
import type { Layers } from '../middleware.ts'
import type { TaskContext, TaskLog } from '../task.ts'
import type { TaskHost } from '../task-host.ts'
import { keepingLog, LogBuffer } from './log-buffer.ts'

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
  #logged: LogBuffer | undefined
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
    this.#log ??= this.#openLog()
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

  #openLog(): TaskLog {
    this.#logged = new LogBuffer()
    const { id: job, task, attempt } = this
    return keepingLog(this.#around.logger.child({ job, task, attempt }), this.#logged)
  }

  /** What its task has logged, as JSON text; undefined when nothing. */
  static logOf(context: JobContext): string | undefined {
    return context.#logged?.text(context.attempt)
  }

  /** Aborts the signal; a task that asks for it later finds it aborted. */
  static abort(context: JobContext, reason: unknown): void {
    context.#abortReason = reason
    context.#controller?.abort(reason)
  }
}
