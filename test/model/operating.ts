import { HOUR, type Model, type Payload, type QueueSettings } from './model.ts'

/** Ends what waits; what runs is to be cancelled by its worker, for the reason that was given first. */
export function cancel(model: Model, ids: readonly string[], reason: string): void {
  const running = model.running(ids)
  for (const job of model.waiting(ids)) model.end(job, 'cancelled', { error: job.cancelling ?? reason })
  for (const job of running) model.change(job, { cancelling: job.cancelling ?? reason })
}

export function discard(model: Model, ids: readonly string[], reason: string): void {
  for (const job of model.waiting(ids)) model.end(job, 'discarded', { error: reason })
}

/** What waits counts as done, without an attempt. */
export function completeByHand(model: Model, ids: readonly string[]): void {
  for (const job of model.waiting(ids)) model.end(job, 'completed', { error: null })
}

/** Makes due what waits for its time; what has ended waits again, with all its attempts and, if it is free, its key. */
export function retry(model: Model, ids: readonly string[]): void {
  for (const job of model.waiting(ids))
    model.change(job, { runAt: Math.min(job.runAt, model.now), isForLater: false })
  for (const id of ids) {
    const ended = model.history.get(id)
    if (!ended) continue
    model.history.delete(id)
    const { state: _, ...job } = ended
    const key = job.key === null || model.keys.has(job.key) ? null : job.key
    const anew = {
      attempt: 0,
      crashes: 0,
      owner: null,
      cancelling: null,
      isForLater: false,
      isLastAttempt: false,
    }
    model.jobs.set(id, { ...job, ...anew, key, runAt: model.now })
    if (key !== null) model.keys.set(key, id)
  }
}

export interface NewPlan {
  readonly hours?: number | undefined
  readonly priority?: number | undefined
  readonly maxAttempts?: number | undefined
  readonly attempt?: number | undefined
  readonly queue?: string | null | undefined
  readonly payload?: Payload | undefined
}

export function reschedule(model: Model, ids: readonly string[], { hours, ...plan }: NewPlan): void {
  const given = Object.fromEntries(Object.entries(plan).filter(([, value]) => value !== undefined))
  for (const job of model.waiting(ids)) {
    const runAt = hours === undefined ? job.runAt : model.now + hours * HOUR
    model.change(job, { ...given, runAt, isForLater: runAt > model.now })
  }
}

/** Nothing is left of what waited or has ended. */
export function remove(model: Model, ids: readonly string[]): void {
  for (const job of model.waiting(ids)) model.forget(job)
  for (const id of ids) model.history.delete(id)
}

/** What waits is gone; what runs loses its key and has its last attempt. */
export function removeInSql(model: Model, id: string): void {
  for (const job of model.waiting([id])) model.forget(job)
  for (const job of model.running([id])) {
    if (model.hasKey(job)) model.keys.delete(job.key as string)
    model.change(job, { isLastAttempt: true })
  }
}

/** What runs goes on; nothing more is claimed from a paused queue. */
export function changeQueue(model: Model, name: string, changes: Partial<QueueSettings>): void {
  model.queues.set(name, { ...model.queue(name), ...changes })
}

/** It is later, and what is due by then is due. What has ended does not grow older: only tests travel. */
export function travel(model: Model, hours: number): void {
  model.now += hours * HOUR
  for (const [id, ended] of model.history)
    model.history.set(id, { ...ended, createdAt: ended.createdAt + hours * HOUR })
}
