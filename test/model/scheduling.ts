import { HOUR, type Job, type Model, type Payload } from './model.ts'

/** What somebody wants done. */
export interface NewJob {
  readonly queue: string | null
  readonly priority: number
  readonly maxAttempts: number
  readonly payload: Payload
  /** Due in so many hours; 0 is now. */
  readonly hours: number
}

export interface NewKey {
  readonly name: string
  readonly mode: 'replace' | 'preserve_run_at' | 'unsafe_dedupe'
  /** It is due so many hours after it was first scheduled, however often it is replaced. */
  readonly maxWait: number | null
}

const UNTOUCHED = {
  attempt: 0,
  crashes: 0,
  error: null,
  owner: null,
  cancelling: null,
  isLastAttempt: false,
} as const

export function schedule(model: Model, { hours, ...wanted }: NewJob, id: string, key: string | null = null) {
  const [createdAt, runAt] = [model.now, model.now + hours * HOUR]
  model.jobs.set(id, { ...UNTOUCHED, ...wanted, id, key, runAt, createdAt, isForLater: hours > 0 })
  if (key !== null) model.keys.set(key, id)
}

/** One job waits under a key. `newId` is the id of the new one, if that takes a new one. Answers with its id. */
export function scheduleKeyed(model: Model, wanted: NewJob, key: NewKey, newId: string): string {
  const old = model.jobs.get(model.keys.get(key.name) ?? '')
  if (old && key.mode === 'unsafe_dedupe') return old.id
  if (old && old.owner === null) {
    replace(model, old, wanted, key)
    return old.id
  }
  // one that is running ends with this attempt, because the key is not its own any more
  schedule(model, wanted, newId, key.name)
  return newId
}

/** The same job, with everything anew: nothing that was said of the old one holds any longer. */
function replace(model: Model, old: Job, { hours, ...wanted }: NewJob, key: NewKey) {
  const asked = model.now + hours * HOUR
  const latest = key.maxWait === null ? asked : Math.min(asked, old.createdAt + key.maxWait * HOUR)
  const unlessTried = key.mode === 'preserve_run_at' ? old.runAt : latest
  const runAt = old.attempt === 0 ? unlessTried : asked
  model.change(old, {
    ...UNTOUCHED,
    ...wanted,
    runAt,
    isForLater: runAt > model.now,
    payload: together(old.payload, wanted.payload),
  })
}

/** Batches grow, anything else is replaced. */
function together(old: Payload, fresh: Payload): Payload {
  return Array.isArray(old) && Array.isArray(fresh) ? [...old, ...fresh] : fresh
}
