import { nextTurn } from '../../framework/clock.ts'
import type { Connection } from '../../framework/connection.ts'
import { isKretesError } from '../../framework/errors.ts'
import { enqueue, enqueueMany, enqueueOne, type NewJob } from '../engine/enqueue.ts'
import { isAboutValues, isRefusal, overload } from '../engine/refusal.ts'
import { DatabaseBusy, OutcomeUnknown } from '../errors.ts'
import { Doorbell } from './doorbell.ts'

interface Waiting {
  readonly job: NewJob
  resolve(id: string): void
  reject(error: unknown): void
}

/** Jobs in one statement at most; more go into the next. */
const BATCH = 1_000

/**
 * Writes jobs over one connection. Single jobs that are scheduled in the same turn of the event loop, or while
 * a write is under way, share a statement and its commit; each promise resolves after that commit.
 */
export class Writer {
  readonly #connection: Connection
  readonly #doorbell: Doorbell
  #waiting: Waiting[] = []
  #writing: Promise<void> | undefined

  constructor(connection: Connection) {
    this.#connection = connection
    this.#doorbell = new Doorbell(connection)
  }

  write(job: NewJob): Promise<string> {
    if (job.key) return this.#writeKeyed(job)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, resolve, reject })
      this.#writing ??= this.#writeAll()
    })
  }

  /** All of them or none. */
  async writeMany(jobs: readonly NewJob[]): Promise<string[]> {
    const ids = this.#certainly(() => enqueueMany(this.#connection, jobs))
    this.ring(jobs)
    return ids
  }

  /** Wakes workers for `jobs`. Sent behind their statement on the same wire, so it arrives when they are there. */
  ring(jobs: readonly NewJob[]): void {
    this.#doorbell.ring(kindsOf(jobs))
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await this.#writing
    this.#doorbell.flush()
    await this.#connection.close()
  }

  async #writeKeyed(job: NewJob): Promise<string> {
    const id = this.#certainly(() => enqueueOne(this.#connection, job))
    this.ring([job])
    return id
  }

  async #writeAll(): Promise<void> {
    await nextTurn()
    while (this.#waiting.length > 0) await this.#writeBatch(this.#waiting.splice(0, BATCH))
    this.#writing = undefined
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      const jobs = batch.map(waiting => waiting.job)
      const written = this.#certainly(() => enqueue(this.#connection, jobs))
      this.ring(jobs)
      const ids = await written
      for (const [index, waiting] of batch.entries()) waiting.resolve(ids[index] as string)
    } catch (error) {
      await this.#blame(batch, error)
    }
  }

  /** One job that the database refuses must not take its neighbours with it. */
  async #blame(batch: readonly Waiting[], error: unknown): Promise<void> {
    if (batch.length === 1 || !isAboutValues(error)) {
      for (const waiting of batch) waiting.reject(error)
      return
    }
    const middle = batch.length >> 1
    for (const half of [batch.slice(0, middle), batch.slice(middle)]) await this.#writeBatch(half)
  }

  /** The server either refuses, or was never reached, or nobody knows. */
  async #certainly<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write()
    } catch (error) {
      const why = overload(error)
      if (why) throw new DatabaseBusy(why, error)
      throw isKretesError(error) || isRefusal(error) ? error : new OutcomeUnknown(error)
    }
  }
}

/** The kinds of work that `jobs` are, as the doorbell calls them. */
export function kindsOf(jobs: readonly NewJob[]): Set<string> {
  const kinds = new Set<string>()
  for (const job of jobs) {
    if (job.runAt !== undefined || job.delay !== undefined) kinds.add('later')
    kinds.add(job.queue === undefined ? 'free' : 'queued')
  }
  return kinds
}
