import { after, monotonic } from '../../framework/clock.ts'
import type { ClaimedJob } from '../engine/claimed-job.ts'
import { JobTimedOut } from '../errors.ts'
import { through } from '../middleware.ts'
import { CancelJob, type Outcome, outcomeOfError } from '../outcome.ts'
import { decodePayload } from '../payload.ts'
import type { TaskDefinition } from '../task.ts'
import { batchItems, outcomeOfBatch } from './batch.ts'
import { JobContext } from './context.ts'
import type { Stage } from './stage.ts'

/** How an attempt went. */
export interface Attempt {
  readonly job: ClaimedJob
  readonly task: TaskDefinition
  readonly outcome: Outcome
  /** How long it ran, in milliseconds. */
  readonly ms: number
  /** What it has logged, as JSON text; undefined when nothing. */
  readonly log: string | undefined
  /** The database knows: the job was completed together with what its task wrote. */
  readonly committed?: true
}

type OnEnd = (attempt: Attempt) => void

/** A task that ignores its aborted signal is left alone after so many milliseconds. */
const DEAF_AFTER_MS = 1_000

/**
 * Runs one job through its steps: parse the payload, call the task, judge what came back. `end` is told once,
 * in the same turn when the task is synchronous. Nothing a task does or throws gets past here.
 */
export class Execution {
  readonly job: ClaimedJob
  readonly #task: TaskDefinition
  readonly #context: JobContext
  readonly #around: Stage
  readonly #onEnd: OnEnd
  readonly #started = monotonic()
  #cancelTimeout: (() => void) | undefined
  #cancelled: Outcome | undefined
  #committing = false
  #ended = false

  constructor(job: ClaimedJob, task: TaskDefinition, around: Stage, onEnd: OnEnd) {
    this.job = job
    this.#task = task
    this.#around = around
    this.#context = new JobContext(job, around)
    this.#onEnd = onEnd
  }

  get ended(): boolean {
    return this.#ended
  }

  run(): void {
    this.#startTimeout()
    if (this.#task.transactional) return void this.#runInTransaction()
    try {
      const payload = decodePayload(this.#task, this.job.payload, this.#around.sealing)
      const value = isPromise(payload) ? payload.then(parsed => this.#call(parsed)) : this.#call(payload)
      if (!isPromise(value)) return this.#complete(value)
      value.then(
        result => this.#complete(result),
        error => this.#thrown(error),
      )
    } catch (error) {
      this.#thrown(error)
    }
  }

  /** Tells the task to stop. Whether and how it does is its own business. */
  abort(reason: unknown): void {
    JobContext.abort(this.#context, reason)
  }

  /**
   * Somebody wants the job cancelled. Its task is told to stop; whatever it throws after that, and if it is deaf
   * nothing at all, ends the job as cancelled. One that returns has done its work all the same.
   */
  cancel(reason: string): void {
    if (this.#cancelled || this.#committing) return
    const cancelled: Outcome = { kind: 'cancelled', reason }
    this.#cancelled = cancelled
    this.abort(new CancelJob(reason))
    this.#cancelTimeout?.()
    this.#cancelTimeout = after(DEAF_AFTER_MS, () => this.#end(cancelled))
  }

  /** Ends the attempt for us, whatever the task still does. */
  forsake(outcome: Outcome): void {
    this.#end(outcome)
  }

  async #runInTransaction(): Promise<void> {
    const { transactions } = this.#around
    const attempt = await transactions.run({ attempt: () => this.#attempt(), isWanted: () => !this.#ended })
    if (!attempt) return this.#end({ kind: 'released' })
    this.#end(attempt.outcome, attempt.committed)
  }

  /** How the task ends. From then on it is too late for a timeout and for those who want it cancelled. */
  async #attempt(): Promise<Attempt> {
    const outcome = await this.#outcome()
    this.#committing = true
    this.#cancelTimeout?.()
    if (outcome.kind === 'completed') return this.#ending(outcome)
    // what it has thrown is logged once, when it ends
    return { job: this.job, task: this.#task, outcome, ms: 0, log: undefined }
  }

  async #outcome(): Promise<Outcome> {
    try {
      const result = await this.#call(await decodePayload(this.#task, this.job.payload, this.#around.sealing))
      const items = Array.isArray(result) ? batchItems(this.job.payload) : undefined
      if (items === undefined) return { kind: 'completed', result }
      return await outcomeOfBatch(this.job.task, items, result as unknown[])
    } catch (error) {
      return this.#cancelled ?? outcomeOfError(error)
    }
  }

  #call(payload: unknown): unknown {
    const { layers } = this.#around
    if (!layers) return this.#task.run(payload, this.#context)
    return through(layers, this.#context, () => this.#masked(payload))
  }

  /** Middleware may pass on what a task throws, to those who trace: it is without the secrets of its payload by then. */
  async #masked(payload: unknown): Promise<unknown> {
    try {
      return await this.#task.run(payload, this.#context)
    } catch (error) {
      throw JobContext.masked(this.#context, error)
    }
  }

  #complete(result: unknown): void {
    const items = Array.isArray(result) ? batchItems(this.job.payload) : undefined
    if (items === undefined) return this.#end({ kind: 'completed', result })
    outcomeOfBatch(this.job.task, items, result as unknown[]).then(
      outcome => this.#end(outcome),
      error => this.#thrown(error),
    )
  }

  #thrown(error: unknown): void {
    this.#end(this.#cancelled ?? outcomeOfError(error))
  }

  #end(outcome: Outcome, committed?: true): void {
    if (this.#ended) return
    this.#ended = true
    this.#cancelTimeout?.()
    const attempt = this.#ending(JobContext.told(this.#context, outcome))
    this.#onEnd(committed ? { ...attempt, committed } : attempt)
  }

  #ending(outcome: Outcome): Attempt {
    const [ms, log] = [monotonic() - this.#started, JobContext.logOf(this.#context, outcome)]
    return { job: this.job, task: this.#task, outcome, ms, log }
  }

  #startTimeout(): void {
    const limit = this.#task.timeout
    if (limit === undefined) return
    this.#cancelTimeout = after(limit, () => {
      const error = new JobTimedOut(this.job.task, limit)
      this.abort(error)
      this.#cancelTimeout = after(DEAF_AFTER_MS, () => this.#end({ kind: 'failed', error }))
    })
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as PromiseLike<unknown>).then === 'function'
  )
}
