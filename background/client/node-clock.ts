import type { Executor } from '../../framework/executor.ts'
import { serverTime, travel } from '../engine/travel.ts'
import type { Job } from '../job.ts'
import type { Middleware } from '../middleware.ts'

/** A clock that a test has stopped stands while the database's goes on. */
const TOLERANCE_MS = 1_000

/**
 * Lets jobs live by Node's clock, which a test may set: what passes on it passes for all jobs, to the second. It is the
 * jobs that move; so what they are given as times is taken back by as much, and what they show is moved on.
 */
export class NodeClock {
  readonly #db: () => Executor
  #passed = 0

  constructor(db: () => Executor) {
    this.#db = db
  }

  /** For whoever schedules: has to be the innermost. */
  readonly middleware: Middleware = {
    schedule: async (job, next) => {
      await this.follow()
      await next(job.runAt ? { ...job, runAt: new Date(job.runAt.getTime() - this.#passed) } : job)
    },
  }

  /** Lets what has passed on Node's clock pass for the jobs. */
  async follow(): Promise<void> {
    const ms = Date.now() - (await serverTime(this.#db())) - this.#passed
    if (Math.abs(ms) <= TOLERANCE_MS) return
    this.#passed += ms
    // what is due at the very time that a test sets was scheduled a moment after the one before
    await travel(this.#db(), ms + TOLERANCE_MS)
  }

  /** The job with its times on Node's clock. */
  shown<Shown extends Pick<Job, 'runAt' | 'createdAt'>>(job: Shown): Shown {
    const on = (time: Date) => new Date(time.getTime() + this.#passed)
    return { ...job, runAt: on(job.runAt), createdAt: on(job.createdAt) }
  }
}
