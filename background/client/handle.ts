import { monotonic, sleep } from '../../framework/clock.ts'
import { type Duration, milliseconds } from '../../framework/duration.ts'
import type { Executor } from '../../framework/executor.ts'
import { find } from '../engine/find.ts'
import type { JobRecord } from '../engine/job-record.ts'
import { BackgroundError } from '../errors.ts'
import { JobNotFound } from '../job-errors.ts'
import type { FinishedJob, JobHandle } from '../scheduler.ts'

const FIRST_LOOK_MS = 10
const LAST_LOOK_MS = 500

/** A class, because scheduling many jobs makes as many handles. */
export class Handle<Result> implements JobHandle<Result> {
  readonly id: string
  readonly #db: Executor

  constructor(id: string, db: Executor) {
    this.id = id
    this.#db = db
  }

  async wait({ timeout }: { readonly timeout?: Duration } = {}): Promise<FinishedJob<Result>> {
    return waitFor<Result>(this.#db, this.id, timeout === undefined ? Infinity : milliseconds(timeout))
  }
}

async function waitFor<Result>(db: Executor, id: string, timeout: number): Promise<FinishedJob<Result>> {
  const deadline = monotonic() + timeout
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(pause * 1.5, LAST_LOOK_MS)) {
    const job = await find(db, id)
    if (!job) throw new JobNotFound(id)
    if (job.finishedAt) return finished<Result>(job)
    const left = deadline - monotonic()
    if (left <= 0) throw timedOut(job, timeout)
    await sleep(Math.min(pause, left))
  }
}

function finished<Result>(job: JobRecord): FinishedJob<Result> {
  const { id, state, attempt, runAt, ms = 0, finishedAt = runAt, result, error } = job
  return {
    id,
    state: state as FinishedJob['state'],
    attempt,
    ms,
    waited: Math.max(0, finishedAt.getTime() - ms - runAt.getTime()),
    result: result === undefined ? undefined : JSON.parse(result),
    error,
  }
}

function timedOut({ id, state }: JobRecord, timeout: number): BackgroundError {
  return new BackgroundError(`job ${id} is still ${state} after ${timeout} ms`, {
    code: 'WAIT_TIMED_OUT',
    hint: state === 'available' ? 'is a worker running? start one: npx ks bg' : 'wait longer, or look later',
  })
}
