import { type Belief, HOUR, type Job, type Model, type Owner } from './model.ts'

/** Workers die so often of a job before it goes on trial: once more, and it is discarded. */
const CRASHES_BEFORE_TRIAL = 3

/** Time passed: what may not be tried any more ends when it would be due. */
function fallDue(model: Model): void {
  for (const job of model.inOrder(job => job.isForLater && model.isAvailable(job))) {
    if (mayReturn(model, job)) model.change(job, { isForLater: false })
    else model.end(job, 'discarded')
  }
}

/** Gives `worker` jobs that it may have; false when it was buried: then nothing happens. */
function take(model: Model, jobs: readonly Job[], owner: (job: Job, index: number) => Owner): boolean {
  const owners = jobs.map(owner)
  if (owners.some(({ worker }) => !model.workers.has(worker))) return false
  for (const [index, job] of jobs.entries()) model.change(job, { owner: owners[index] as Owner })
  const taken = jobs.map(({ id, queue }, index) => ({ id, queue, ...(owners[index] as Owner) }))
  model.beliefs = [...model.beliefs, ...taken]
  return true
}

export interface Claim {
  readonly worker: string
  readonly claim: string
}

/** The first jobs without a queue. Answers with their ids in order; undefined to a worker that was buried. */
export function claim(model: Model, { worker, claim }: Claim, limit: number): string[] | undefined {
  fallDue(model)
  const first = model.inOrder(job => job.queue === null && model.isAvailable(job)).slice(0, limit)
  return take(model, first, () => ({ claim, worker, slot: null })) ? first.map(({ id }) => id) : undefined
}

/** Queues in the order of their names; of each the first jobs, dealt to its free slots in turn. */
export function claimQueues(model: Model, { worker, claim }: Claim, slots: number, perSlot: number) {
  fallDue(model)
  const due = model.inOrder(job => job.queue !== null && model.isAvailable(job))
  const names = [...new Set(due.map(job => job.queue as string))].sort()
  const dealt: { readonly job: Job; readonly slot: number }[] = []
  let left = slots
  for (const name of names) {
    const jobs = due.filter(({ queue }) => queue === name)
    const free = freeSlots(model, name).slice(0, Math.min(left, Math.ceil(jobs.length / perSlot)))
    left -= free.length
    const chosen = jobs.slice(0, free.length * perSlot)
    dealt.push(...chosen.map((job, index) => ({ job, slot: free[index % free.length] as number })))
  }
  const isAlive = take(
    model,
    dealt.map(({ job }) => job),
    (_, index) => ({ claim, worker, slot: dealt[index]?.slot ?? null }),
  )
  return isAlive ? dealt.map(({ job, slot }) => `${job.id} in ${slot} of ${job.queue}`).sort() : undefined
}

function freeSlots(model: Model, queue: string): number[] {
  const { concurrency, paused } = model.queue(queue)
  const taken = [...model.jobs.values()]
    .filter(job => job.queue === queue)
    .map(({ owner }) => owner?.slot ?? 0)
  // one whose concurrency was lowered waits until the slots above it are free
  if (paused || Math.max(...taken) > concurrency) return []
  return Array.from({ length: concurrency }, (_, index) => index + 1).filter(slot => !taken.includes(slot))
}

/** Its worker says something of a job: answers those it had. What it does not have any more is nobody's business. */
function report(model: Model, told: readonly Belief[], settle: (job: Job) => void): string[] {
  const owned = told.map(belief => model.owned(belief)).filter(job => job !== undefined)
  for (const job of owned) settle(job)
  model.beliefs = model.beliefs.filter(belief => !told.includes(belief))
  return owned.map(({ id }) => id)
}

export function complete(model: Model, told: readonly Belief[], isKept: boolean): string[] {
  return report(model, told, job => {
    const attempt = job.attempt + 1
    if (isKept) model.end(job, 'completed', { attempt, error: null })
    else model.forget(job)
  })
}

export interface Failure {
  /** Another attempt in so many hours; null for none. */
  readonly again: number | null
  readonly state: 'cancelled' | 'discarded'
  /** A snooze does not count as an attempt. */
  readonly counts: boolean
  readonly error: string | null
  /** Of a batch only the first item stays. */
  readonly onlyFirstItem: boolean
}

export function fail(model: Model, told: readonly Belief[], failure: Failure): string[] {
  return report(model, told, job => {
    const changes = {
      attempt: job.attempt + (failure.counts ? 1 : 0),
      error: failure.error ?? job.error,
      payload: failure.onlyFirstItem && Array.isArray(job.payload) ? job.payload.slice(0, 1) : job.payload,
    }
    if (failure.again === null || !mayReturn(model, job)) return model.end(job, failure.state, changes)
    const runAt = model.now + failure.again * HOUR
    model.change(job, { ...changes, ...offTrial(job), owner: null, runAt, isForLater: true })
  })
}

/** A job whose key went to another is not tried again, unless both are batches: each has items of its own. */
function mayReturn(model: Model, job: Job): boolean {
  if (job.isLastAttempt) return false
  if (job.key === null || model.hasKey(job)) return true
  const successor = model.jobs.get(model.keys.get(job.key) ?? '')
  return Array.isArray(job.payload) && Array.isArray(successor?.payload ?? [])
}

/** As it stood, with no attempt used. */
export function release(model: Model, told: readonly Belief[]): string[] {
  return report(model, told, job => model.change(job, { ...offTrial(job), owner: null }))
}

function offTrial({ crashes }: Job): Partial<Job> {
  return { crashes: Math.min(crashes, CRASHES_BEFORE_TRIAL) }
}

/** It runs under suspicion: should its worker die now, the job is what killed it. */
export function putOnTrial(model: Model, belief: Belief): boolean {
  const job = model.owned(belief)
  if (job) model.change(job, { crashes: CRASHES_BEFORE_TRIAL + 1 })
  return job !== undefined
}

/** Extends a lease that holds; one that has run out is lost for good. */
export function heartbeat(model: Model, worker: string): boolean {
  return model.workers.get(worker) === 'alive'
}

/** Whoever holds nothing is gone at once; whoever does is as good as dead. */
export function deregister(model: Model, worker: string): void {
  if (!model.workers.has(worker)) return
  const holds = [...model.jobs.values()].some(({ owner }) => owner?.worker === worker)
  if (holds) model.workers.set(worker, 'expired')
  else model.workers.delete(worker)
}

/** The jobs of workers whose lease ran out wait again as they stood. A crash is no attempt, but it is counted. */
export function rescue(model: Model): string[] {
  const dead = [...model.workers].filter(([, lease]) => lease === 'expired').map(([worker]) => worker)
  const held = model.inOrder(({ owner }) => owner !== null && dead.includes(owner.worker))
  for (const job of held) {
    if (job.crashes > CRASHES_BEFORE_TRIAL) {
      const error = `${job.crashes} workers died while they had this job, the last one while it was on trial`
      model.end(job, 'discarded', { error })
    } else model.change(job, { owner: null, crashes: Math.min(job.crashes + 1, CRASHES_BEFORE_TRIAL) })
  }
  for (const worker of dead) model.workers.delete(worker)
  return held.map(({ id }) => id)
}
