import { monotonic } from '../../framework/clock.ts'
import { type Duration, milliseconds } from '../../framework/duration.ts'
import type { Executor } from '../../framework/executor.ts'
import { find } from '../engine/find.ts'
import type { JobRecord } from '../engine/job-record.ts'
import { BackgroundError } from '../errors.ts'
import { JobNotFound } from '../job-errors.ts'
import type { FinishedJob, JobHandle } from '../scheduler.ts'
import type { WaitingRoom } from './waiting-room.ts'

const FIRST_LOOK_MS = 10
const LAST_LOOK_MS = 500
/** The same where workers tell when jobs have ended, for what is not told: a job that an operator ends, news that got lost. */
const LAST_LOOK_LISTENING_MS = 2_000

/** A class, because scheduling many jobs makes as many handles. */
export class Handle<Result> implements JobHandle<Result> {
  readonly id: string
  readonly #room: WaitingRoom
  readonly #db: Executor

  /** `db` is where it is looked for. */
  constructor(id: string, room: WaitingRoom, db: Executor = room.db) {
    this.id = id
    this.#room = room
    this.#db = db
  }

  async wait({ timeout }: { readonly timeout?: Duration } = {}): Promise<FinishedJob<Result>> {
    const look = () => find(this.#db, this.id)
    const job = await finishedJob(look, this.#room, timeout === undefined ? Infinity : milliseconds(timeout))
    if (!job) throw new JobNotFound(this.id)
    return finished<Result>(job)
  }
}

/** The job once it has finished; undefined when there is none. */
async function finishedJob(
  look: () => Promise<JobRecord | undefined>,
  room: WaitingRoom,
  timeout: number,
): Promise<JobRecord | undefined> {
  const since = monotonic()
  for (let pause = FIRST_LOOK_MS; ; pause *= 1.5) {
    const job = await look()
    if (!job || job.finishedAt) return job
    const left = since + timeout - monotonic()
    if (left <= 0) throw timedOut(job, timeout)
    pause = Math.min(pause, room.isListening ? LAST_LOOK_LISTENING_MS : LAST_LOOK_MS)
    await room.rest(Math.min(pause, left), since)
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
