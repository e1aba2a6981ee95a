import type { Outcome } from './outcome.ts'

/** The job an event is about. */
export interface JobFacts {
  readonly id: string
  readonly task: string
  readonly queue: string | undefined
  readonly attempt: number
  readonly maxAttempts: number
}

/** What is told of a job: never its payload. */
export function factsOf({ id, task, queue, attempt, maxAttempts }: JobFacts): JobFacts {
  return { id, task, queue, attempt, maxAttempts }
}

/** Everything that happens in a worker, by name. Those about outcomes are told once the database agrees. */
export interface Events {
  /** The database's schema was brought up to date before the worker started; `applied` are names of migrations. */
  'schema:migrated': { readonly applied: readonly string[] }
  /** The worker connects, asks for a lease and starts its parts. */
  'worker:starting': { readonly worker: string }
  /** The worker has its lease and takes jobs. */
  'worker:ready': { readonly worker: string }
  /** No more jobs are taken; those that run have `grace` milliseconds. */
  'worker:stopping': {
    readonly worker: string
    readonly running: readonly JobFacts[]
    readonly grace: number
  }
  /** Takes no more jobs, while those that run go on: `by` its own process, or an operator elsewhere. */
  'worker:quieted': { readonly worker: string; readonly by: 'process' | 'operator' }
  /** Takes jobs again. */
  'worker:resumed': { readonly worker: string; readonly by: 'process' | 'operator' }
  /** An operator elsewhere has told it to stop. */
  'worker:dismissed': { readonly worker: string }
  /** It was told not to wait any longer: running jobs are aborted and given back. */
  'worker:hurried': { readonly worker: string }
  'worker:stopped': { readonly worker: string }
  /** Notifications arrive from now on, or they do no longer and jobs are found by polling only. */
  'worker:listening': { readonly listening: boolean }
  /** A notification arrived: there is `what` to do. Any of `free`, `queued`, `later`, `cron`, `cancel`; empty: anything. */
  'worker:rung': { readonly what: string }
  /** The lease ran out (database away, process halted for too long) or another server took over: others may run its jobs, it goes on as `next`. */
  'worker:lost': { readonly worker: string; readonly next: string }
  /** Workers died and their jobs wait again. */
  'worker:rescued': { readonly jobs: number; readonly discarded: number }
  /** The database did not answer; work goes on when it does. */
  'worker:trouble': { readonly doing: string; readonly error: unknown; readonly again: number }
  /** Claims are slow or fail, and it says `why`: from now on it rests between them. */
  'worker:pressed': { readonly why: string }
  /** Claims are answered as they should be again, after so many milliseconds. */
  'worker:relieved': { readonly after: number }
  /** Jobs were claimed, in `ms` milliseconds. */
  'claim:made': { readonly jobs: number; readonly ms: number }
  /** A claim found nothing. */
  'claim:empty': { readonly ms: number }
  /** Outcomes were written to the database, in `ms` milliseconds; the events about them follow. */
  'report:sent': { readonly jobs: number; readonly ms: number }
  /** An attempt begins: the only event about a job that the database does not have to agree to. */
  'job:started': { readonly job: JobFacts }
  'job:completed': {
    readonly job: JobFacts
    readonly ms: number
    readonly waited: number
    readonly result: unknown
  }
  /** An attempt failed; the next one comes in `again` milliseconds. */
  'job:failed': {
    readonly job: JobFacts
    readonly ms: number
    readonly waited: number
    readonly error: unknown
    readonly again: number
  }
  /** Put off without using up an attempt; `error` says why when it could not begin. */
  'job:snoozed': {
    readonly job: JobFacts
    readonly ms: number
    readonly again: number
    readonly error?: unknown
  }
  'job:discarded': {
    readonly job: JobFacts
    readonly ms: number
    readonly waited: number
    readonly error: unknown
    readonly reason: string
  }
  'job:cancelled': { readonly job: JobFacts; readonly ms: number; readonly reason: string }
  /** Given back unharmed. */
  'job:released': { readonly job: JobFacts }
  /** The cron entries from code are in the database; `added`, `changed` and `removed` are names. */
  'cron:synced': {
    readonly added: readonly string[]
    readonly changed: readonly string[]
    readonly removed: readonly string[]
  }
  /** A tick of a cron entry became a job; `backfilled`: later than it should, because it was missed. */
  'cron:scheduled': {
    readonly entry: string
    readonly tick: Date
    readonly job: string
    readonly backfilled: boolean
  }
  /** Ticks between `since` and `until` fell due while no worker was there; for `backfilled` of them there are jobs now. */
  'cron:missed': {
    readonly entry: string
    readonly since: Date
    readonly until: Date
    readonly backfilled: number
  }
  /** An outcome came too late: the job had been taken away and is somebody else's now. */
  'job:stale': { readonly job: JobFacts; readonly outcome: Outcome['kind'] }
}

/** The names of all events. */
export const EVENT_NAMES = Object.keys({
  'schema:migrated': true,
  'worker:starting': true,
  'worker:ready': true,
  'worker:stopping': true,
  'worker:quieted': true,
  'worker:resumed': true,
  'worker:dismissed': true,
  'worker:hurried': true,
  'worker:stopped': true,
  'worker:lost': true,
  'worker:rescued': true,
  'worker:trouble': true,
  'worker:pressed': true,
  'worker:relieved': true,
  'worker:listening': true,
  'worker:rung': true,
  'claim:made': true,
  'claim:empty': true,
  'report:sent': true,
  'job:started': true,
  'job:completed': true,
  'job:failed': true,
  'job:snoozed': true,
  'job:discarded': true,
  'job:cancelled': true,
  'job:released': true,
  'job:stale': true,
  'cron:synced': true,
  'cron:scheduled': true,
  'cron:missed': true,
} satisfies Record<keyof Events, true>) as readonly (keyof Events)[]

type Listener<Name extends keyof Events> = (event: Events[Name]) => void

/** Listeners by the name of their event. */
export type Listeners = { readonly [Name in keyof Events]?: Listener<Name> }

/** Tells whoever listens. A listener that throws harms nobody: `onError` hears of it. */
export class Emitter {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>()
  readonly #onError: (error: unknown) => void

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  /** Calls `listener` whenever `name` happens; the returned function ends that. */
  on<Name extends keyof Events>(name: Name, listener: Listener<Name>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners.add(listener as Listener<never>))
    return () => listeners.delete(listener as Listener<never>)
  }

  /** Calls each of `listeners` whenever what it is for happens. */
  add(listeners: Listeners): void {
    for (const [name, listener] of Object.entries(listeners)) this.on(name as never, listener as never)
  }

  /** Whether anybody listens to `name`: ask before preparing an event on a hot path. */
  hears(name: keyof Events): boolean {
    return (this.#listeners.get(name)?.size ?? 0) > 0
  }

  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        ;(listener as Listener<Name>)(event)
      } catch (error) {
        this.#onError(error)
      }
    }
  }
}
