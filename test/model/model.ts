/**
 * What the engine is, without a database: the specification that `model.test.ts` holds the SQL against. This file has
 * what is so at one moment; `scheduling.ts`, `working.ts` and `operating.ts` have the verbs that change it. None of
 * them knows tables, locks or indexes: to learn what a verb does to a job, read it there.
 *
 * Time is a number that grows with every step; an hour is more steps than a run has, so what happens in between never
 * falls together with what is an hour away.
 */
export const HOUR = 1_000_000

export type Payload = readonly number[] | { readonly n: number }

/** Who has a job, since which claim, and in which place of its queue. */
export interface Owner {
  readonly claim: string
  readonly worker: string
  readonly slot: number | null
}

export interface Job {
  readonly id: string
  readonly queue: string | null
  readonly priority: number
  readonly runAt: number
  readonly createdAt: number
  readonly maxAttempts: number
  readonly attempt: number
  readonly crashes: number
  readonly key: string | null
  readonly payload: Payload
  readonly error: string | null
  readonly owner: Owner | null
  /** Its owner is to cancel it, and why. */
  readonly cancelling: string | null
  /** It waits for its time, and when that comes it is looked at once more whether it may run. */
  readonly isForLater: boolean
  /** However this attempt ends, there is no other. */
  readonly isLastAttempt: boolean
}

export interface Ended extends Job {
  readonly state: 'completed' | 'cancelled' | 'discarded'
}

export interface QueueSettings {
  readonly concurrency: number
  readonly paused: boolean
}

/** What a queue is when nobody has said anything about it. */
const USUAL: QueueSettings = { concurrency: 1, paused: false }

/** A job in the hands of a worker, or so that believes: it may have been taken away. */
export interface Belief extends Owner {
  readonly id: string
  readonly queue: string | null
}

export class Model {
  now = 0
  readonly jobs = new Map<string, Job>()
  readonly history = new Map<string, Ended>()
  /** Which job has a key. */
  readonly keys = new Map<string, string>()
  readonly queues = new Map<string, QueueSettings>()
  readonly pausedCrons = new Set<string>()
  /** Workers that nobody has buried, and whether their lease holds. */
  readonly workers = new Map<string, 'alive' | 'expired'>()
  /** What workers believe to have, those too that are long dead. */
  beliefs: readonly Belief[] = []

  queue(name: string): QueueSettings {
    return this.queues.get(name) ?? USUAL
  }

  /** The order of everything: priority, then due time, then age. */
  inOrder(which: (job: Job) => boolean): Job[] {
    const chosen = [...this.jobs.values()].filter(which)
    return chosen.sort((a, b) => a.priority - b.priority || a.runAt - b.runAt || Number(a.id) - Number(b.id))
  }

  /** Due, and nobody has it. */
  isAvailable({ owner, runAt }: Job): boolean {
    return owner === null && runAt <= this.now
  }

  /** Those of `ids` that nobody has, due or not. */
  waiting(ids: readonly string[]): Job[] {
    return this.unfinished(ids).filter(({ owner }) => owner === null)
  }

  running(ids: readonly string[]): Job[] {
    return this.unfinished(ids).filter(({ owner }) => owner !== null)
  }

  unfinished(ids: readonly string[]): Job[] {
    return ids.map(id => this.jobs.get(id)).filter(job => job !== undefined)
  }

  /** The job, if the belief is true: a worker has it as long as nobody has ended the claim, whatever its lease says. */
  owned({ id, claim, worker }: Belief): Job | undefined {
    const job = this.jobs.get(id)
    return job?.owner?.claim === claim && job.owner.worker === worker ? job : undefined
  }

  hasKey({ id, key }: Job): boolean {
    return key !== null && this.keys.get(key) === id
  }

  change({ id }: Job, changes: Partial<Job>): void {
    this.jobs.set(id, { ...(this.jobs.get(id) as Job), ...changes })
  }

  /** The job is no more; its key is free unless another job has taken it. */
  forget(job: Job): void {
    if (this.hasKey(job)) this.keys.delete(job.key as string)
    this.jobs.delete(job.id)
  }

  end(job: Job, state: Ended['state'], changes: Partial<Job> = {}): void {
    this.forget(job)
    this.history.set(job.id, { ...job, state, ...changes })
  }

  /** What one sees from outside. */
  view(): object {
    const owned = [...this.jobs.values()].flatMap(({ owner, queue }) => (owner ? [{ ...owner, queue }] : []))
    const slots = owned.filter(({ slot }) => slot !== null)
    return {
      jobs: this.inOrder(() => true).map(job => this.#viewOf(job)),
      history: Object.fromEntries([...this.history.values()].map(ended => [ended.id, viewOfEnded(ended)])),
      keys: Object.fromEntries(this.keys),
      queues: Object.fromEntries(
        [...this.queues].filter(([, { concurrency, paused }]) => concurrency > 1 || paused),
      ),
      pausedCrons: [...this.pausedCrons].sort(),
      workers: Object.fromEntries([...this.workers].map(([id, lease]) => [id, lease === 'alive'])),
      claims: distinct(owned.map(({ claim, worker }) => `${claim} of ${worker}`)),
      slots: distinct(slots.map(({ claim, queue, slot }) => `${slot} of ${queue} by ${claim}`)),
    }
  }

  #viewOf(job: Job): object {
    const { id, queue, priority, maxAttempts, attempt, crashes, payload, error } = job
    const early = job.attempt > 0 ? 'retryable' : 'scheduled'
    return {
      ...{ id, queue, priority, maxAttempts, attempt, crashes, payload, error },
      state: job.owner ? 'running' : job.runAt > this.now ? early : 'available',
      worker: job.owner?.worker ?? null,
      key: this.hasKey(job) ? job.key : null,
      dueIn: this.#hours(job.runAt),
      age: -this.#hours(job.createdAt) || 0,
      cancelling: job.cancelling,
      isLastAttempt: job.isLastAttempt,
    }
  }

  #hours(time: number): number {
    return Math.round((time - this.now) / HOUR) || 0
  }
}

function viewOfEnded({ state, queue, priority, maxAttempts, attempt, key, payload, error }: Ended): object {
  return { state, queue, priority, maxAttempts, attempt, key, payload, error }
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort()
}
