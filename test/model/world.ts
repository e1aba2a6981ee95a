import { cronEntry } from '../../background/cron.ts'
import { abandon } from '../../background/engine/abandon.ts'
import { cancelJobs } from '../../background/engine/cancel.ts'
import type { ClaimedJob } from '../../background/engine/claimed-job.ts'
import type { Closing } from '../../background/engine/closing.ts'
import { type ActiveCron, activeCrons } from '../../background/engine/cron-active.ts'
import { pauseCron, resumeCron } from '../../background/engine/cron-operate.ts'
import { syncCrons } from '../../background/engine/cron-sync.ts'
import { tickCrons } from '../../background/engine/cron-tick.ts'
import { discardJobs } from '../../background/engine/discard.ts'
import { promote } from '../../background/engine/promote.ts'
import { setConcurrency } from '../../background/engine/queues.ts'
import { isMissingReference } from '../../background/engine/refusal.ts'
import { removeJobs } from '../../background/engine/remove.ts'
import { rescheduleJobs } from '../../background/engine/reschedule.ts'
import { rescue } from '../../background/engine/rescue.ts'
import { retryJobs } from '../../background/engine/retry.ts'
import { sweep } from '../../background/engine/sweep.ts'
import { serverTime, travel } from '../../background/engine/travel.ts'
import { putOnTrial } from '../../background/engine/trial.ts'
import { deregister, heartbeat } from '../../background/engine/worker-lease.ts'
import type { Engine } from '../support/engine.ts'
import type { Belief, Model } from './model.ts'
import type { NewPlan } from './operating.ts'
import type { NewJob, NewKey } from './scheduling.ts'
import { VIEW } from './view.ts'
import type { Claim, Failure } from './working.ts'

const RETENTION = { keep: 60, byTask: {} }
const HOUR_MS = 3_600_000

/** The real thing: the verbs of the specification, said in SQL to a database. */
export class World {
  readonly #engine: Engine
  readonly #crons = new Map<string, ActiveCron>()

  private constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Where nothing has happened yet. */
  static async empty(engine: Engine): Promise<World> {
    await engine.reset()
    await engine.query('truncate background.cron, background.last_attempt')
    const hourly = { task: 'A', expression: '@hourly', payload: [7] }
    await syncCrons(engine.db, [
      cronEntry({ ...hourly, name: 'free' }, 'config'),
      cronEntry({ ...hourly, name: 'keyed', queue: 'a', key: 'k', keyMode: 'preserve_run_at' }, 'config'),
    ])
    const world = new World(engine)
    await world.#readCrons()
    return world
  }

  async view(): Promise<unknown> {
    return this.#engine.value(VIEW)
  }

  async schedule(job: NewJob): Promise<string> {
    const [id] = await this.#engine.enqueue(stored(job))
    return id as string
  }

  scheduleKeyed(job: NewJob, { name, mode, maxWait }: NewKey): Promise<string> {
    const key = { name, mode, maxWait: maxWait === null ? undefined : maxWait * HOUR_MS }
    return this.#engine.keyed({ ...stored(job), key })
  }

  async addJob(job: NewJob, key?: NewKey): Promise<string> {
    const { queue, hours, maxAttempts, priority, payload } = job
    return (await this.#engine.value(
      `select id from background.add_job('A', $1, $2, now() + $3 * interval '1 hour', $4, $5, $6, job_key_mode => $7)`,
      [JSON.stringify(payload), queue, hours, maxAttempts, key?.name, priority, key?.mode ?? 'replace'],
    )) as string
  }

  /** Two that know of no tick since want the next one. Answers with the jobs of both. */
  async tickTwice(name: string): Promise<string[]> {
    await this.#readCrons()
    const at = Math.floor(await serverTime(this.#engine.db)) + 1
    while ((await serverTime(this.#engine.db)) <= at);
    const due = { ticks: [{ at, backfilled: false }], last: at, missed: false }
    const asked = [{ entry: this.#crons.get(name) as ActiveCron, due }]
    const both = [await tickCrons(this.#engine.db, asked), await tickCrons(this.#engine.db, asked)]
    return both.flat().flatMap(({ jobs }) => jobs ?? [])
  }

  /** Of those that are paused it is known what was known before. */
  async #readCrons(): Promise<void> {
    const { entries } = await activeCrons(this.#engine.db)
    for (const entry of entries) this.#crons.set(entry.name, entry)
  }

  async pauseCron(name: string, isPaused: boolean): Promise<void> {
    await (isPaused ? pauseCron : resumeCron)(this.#engine.db, name)
  }

  register(): Promise<string> {
    return this.#engine.worker()
  }

  /** As a worker claims: what fell due is moved to where it can be. */
  async claim({ worker, claim }: Claim, limit: number): Promise<string[] | undefined> {
    await promote(this.#engine.db, { limit: 1_000, keep: 60 })
    const jobs = await unlessBuried(this.#engine.claim(worker, { claim, limit }))
    return jobs?.map(({ id }) => id)
  }

  async claimQueues({ worker, claim }: Claim, slots: number, perSlot: number): Promise<string[] | undefined> {
    await promote(this.#engine.db, { limit: 1_000, keep: 60 })
    const taken = await unlessBuried(this.#engine.claimQueues(worker, { claim, slots, perSlot }))
    const named = taken?.runs.flatMap(({ queue, slot, jobs }) =>
      jobs.map(({ id }) => `${id} in ${slot} of ${queue}`),
    )
    return named?.sort()
  }

  abandon({ worker, claim }: Claim): Promise<number> {
    return abandon(this.#engine.db, worker, [claim])
  }

  complete(worker: string, told: readonly Belief[], isKept: boolean, end: Closing): Promise<string[]> {
    return this.#engine.complete(worker, claimed(told), { keep: isKept ? 60 : 0 }, end)
  }

  async fail(worker: string, told: readonly Belief[], failure: Failure, end: Closing): Promise<string[]> {
    const { again, state, counts, error, onlyFirstItem } = failure
    const outcome = { state, counts, error: error === null ? null : JSON.stringify({ message: error }) }
    const items = onlyFirstItem ? { items: [1] } : {}
    const next = again === null ? null : again * HOUR_MS
    return this.#engine.fail(worker, claimed(told), { ...outcome, ...items, again: next }, end)
  }

  release(worker: string, told: readonly Belief[], end: Closing): Promise<string[]> {
    return this.#engine.release(worker, claimed(told), end)
  }

  putOnTrial(belief: Belief): Promise<boolean> {
    return putOnTrial(this.#engine.db, belief.worker, claimed([belief])[0] as ClaimedJob)
  }

  async heartbeat(worker: string): Promise<boolean> {
    return (await heartbeat(this.#engine.db, worker, 60_000)).alive
  }

  deregister(worker: string): Promise<void> {
    return deregister(this.#engine.db, worker)
  }

  expire(worker: string): Promise<void> {
    return this.#engine.expire(worker)
  }

  async rescue(): Promise<string[]> {
    return (await rescue(this.#engine.db, 60)).map(({ id }) => id)
  }

  async cancel(ids: readonly string[], reason: string): Promise<void> {
    await cancelJobs(this.#engine.db, ids, reason, RETENTION)
  }

  async discard(ids: readonly string[], reason: string): Promise<void> {
    await discardJobs(this.#engine.db, ids, reason, RETENTION)
  }

  async retry(ids: readonly string[]): Promise<void> {
    await retryJobs(this.#engine.db, ids)
  }

  async reschedule(ids: readonly string[], plan: NewPlan): Promise<void> {
    const { hours, payload, ...same } = plan
    const delay = hours === undefined ? undefined : hours * HOUR_MS
    await rescheduleJobs(this.#engine.db, ids, {
      ...same,
      delay,
      payload: payload && JSON.stringify(payload),
    })
  }

  async remove(ids: readonly string[]): Promise<void> {
    await removeJobs(this.#engine.db, ids)
  }

  setConcurrency(queue: string, concurrency: number): Promise<void> {
    return setConcurrency(this.#engine.db, { [queue]: concurrency })
  }

  async sweep(): Promise<void> {
    await sweep(this.#engine.db)
  }

  /** A function of the SQL API. */
  async call(expression: string, ...values: unknown[]): Promise<void> {
    await this.#engine.query(`select background.${expression}`, values)
  }

  /** For all jobs it is later; those who work have been at it all the time. */
  travel(hours: number): Promise<void> {
    return travel(this.#engine.db, hours * HOUR_MS)
  }
}

/** What a worker that reports `told` is done with: claims and places in queues of which it has nothing left. */
export function closing(model: Model, told: readonly Belief[]): Closing {
  const left = model.beliefs.filter(belief => !told.includes(belief))
  const isOver = (one: Belief) => !left.some(({ claim }) => claim === one.claim)
  const isFree = (one: Belief) =>
    one.slot !== null &&
    !left.some(({ claim, queue, slot }) => claim === one.claim && queue === one.queue && slot === one.slot)
  return {
    claims: [...new Set(told.filter(isOver).map(({ claim }) => claim))],
    slots: told
      .filter(isFree)
      .map(({ claim, queue, slot }) => ({ claim, queue: queue as string, slot: slot as number })),
  }
}

function stored({ queue, priority, maxAttempts, payload, hours }: NewJob) {
  const delay = hours === 0 ? undefined : hours * HOUR_MS
  return { queue: queue ?? undefined, priority, maxAttempts, payload: JSON.stringify(payload), delay }
}

/** As far as reports need to know. */
function claimed(told: readonly Belief[]): ClaimedJob[] {
  return told.map(({ id, claim }) => ({ id, claim }) as ClaimedJob)
}

async function unlessBuried<T>(claim: Promise<T>): Promise<T | undefined> {
  try {
    return await claim
  } catch (error) {
    if (isMissingReference(error)) return undefined
    throw error
  }
}
