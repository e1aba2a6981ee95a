import type { Logger } from '../../framework/logger.ts'
import type { ClaimedJob } from '../engine/claimed-job.ts'
import type { Layers } from '../middleware.ts'
import type { Outcome } from '../outcome.ts'
import { type Scrub, scrubbed, scrubFor } from '../scrubbing.ts'
import { openPayload, type Sealing } from '../sealing.ts'
import type { Secrets } from '../secrets.ts'
import { serializeError } from '../serialize-error.ts'
import type { TaskContext, TaskLog } from '../task-context.ts'
import type { TaskHost, WorkerHost } from '../task-host.ts'
import { keepingLog, LogBuffer, scrubbedLog } from './log-buffer.ts'

/** What is around every job of a worker. */
export interface Surroundings {
  readonly logger: Logger
  readonly host: WorkerHost
  /** Middleware; undefined when there is none. */
  readonly layers: Layers<TaskContext> | undefined
  /** Opens payloads that are encrypted; undefined without keys. */
  readonly sealing?: Sealing | undefined
  /** What must not be logged nor told. */
  readonly secrets?: Secrets | undefined
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
    const log = keepingLog(this.#around.logger.child({ job, task, attempt }), this.#logged)
    const scrub = this.#scrub()
    return scrub ? scrubbedLog(log, scrub) : log
  }

  #scrub(): Scrub | undefined {
    const { secrets, sealing } = this.#around
    if (!secrets?.has(this.task)) return undefined
    try {
      const payload = sealing
        ? JSON.stringify(openPayload(this.task, this.#job.payload, sealing))
        : this.#job.payload
      return scrubFor(this.task, payload, secrets)
    } catch {
      // what nobody can open has told nobody anything
      return undefined
    }
  }

  /** How its attempt went, without the secrets of its payload. */
  static told(context: JobContext, outcome: Outcome): Outcome {
    if (outcome.kind === 'completed') return outcome
    const scrub = context.#scrub()
    return scrub ? scrubbed(outcome, scrub) : outcome
  }

  /** What its task has thrown, without the secrets of its payload. */
  static masked(context: JobContext, thrown: unknown): unknown {
    const scrub = context.#scrub()
    return scrub ? scrubbed(thrown, scrub) : thrown
  }

  /**
   * What its task has logged, as JSON text; undefined when nothing. What it has thrown is the last line: with the job only
   * the error of the last attempt is kept.
   */
  static logOf(context: JobContext, outcome: Outcome): string | undefined {
    if (outcome.kind === 'failed' || outcome.kind === 'discarded') {
      const { name, message } = serializeError(outcome.error)
      context.#logged ??= new LogBuffer()
      context.#logged.add('error', `${name}: ${message}`)
    }
    return context.#logged?.text(context.attempt)
  }

  /** Aborts the signal; a task that asks for it later finds it aborted. */
  static abort(context: JobContext, reason: unknown): void {
    context.#abortReason = reason
    context.#controller?.abort(reason)
  }
}
