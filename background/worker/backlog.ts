import { monotonic } from '../../framework/clock.ts'
import type { Run } from '../engine/claim-queues.ts'
import type { ClaimedJob } from '../engine/claimed-job.ts'

/** What takes one slot: a job of its own, or jobs of one queue that run one after the other. */
export interface Unit {
  readonly jobs: readonly ClaimedJob[]
  /** The queue slot that is free when all of them are reported. */
  readonly run: Run | undefined
  readonly since: number
}

export function unitOfJob(job: ClaimedJob): Unit {
  return { jobs: [job], run: undefined, since: monotonic() }
}

export function unitOfRun(run: Run): Unit {
  return { jobs: run.jobs, run, since: monotonic() }
}

/** What this worker has claimed and not started, the most urgent first: a heap by (priority, due time, id). */
export class Backlog {
  #heap: Unit[] = []
  #jobs = 0

  /** Jobs waiting here. */
  get size(): number {
    return this.#jobs
  }

  add(unit: Unit): void {
    this.#jobs += unit.jobs.length
    const heap = this.#heap
    let place = heap.push(unit) - 1
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!isBefore(unit, heap[parent] as Unit)) break
      heap[place] = heap[parent] as Unit
      place = parent
    }
    heap[place] = unit
  }

  /** Takes the most urgent. */
  take(): Unit | undefined {
    const first = this.#heap[0]
    if (!first) return undefined
    this.#jobs -= first.jobs.length
    const last = this.#heap.pop() as Unit
    if (this.#heap.length > 0) this.#sink(last)
    return first
  }

  /** Takes everything, in no order. */
  takeAll(): Unit[] {
    const all = this.#heap
    this.#heap = []
    this.#jobs = 0
    return all
  }

  /** What waits here, in no order. */
  get units(): readonly Unit[] {
    return this.#heap
  }

  /** When the unit that has waited longest came; Infinity when none waits. */
  oldest(): number {
    return this.#heap.reduce((min, unit) => Math.min(min, unit.since), Number.POSITIVE_INFINITY)
  }

  #sink(unit: Unit): void {
    const heap = this.#heap
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if (child >= heap.length) break
      const right = heap[child + 1]
      if (right && isBefore(right, heap[child] as Unit)) child++
      if (!isBefore(heap[child] as Unit, unit)) break
      heap[place] = heap[child] as Unit
      place = child
    }
    heap[place] = unit
  }
}

function isBefore(a: Unit, b: Unit): boolean {
  const x = a.jobs[0] as ClaimedJob
  const y = b.jobs[0] as ClaimedJob
  if (x.priority !== y.priority) return x.priority < y.priority
  if (x.runAt !== y.runAt) return x.runAt < y.runAt
  return x.id.length === y.id.length ? x.id < y.id : x.id.length < y.id.length
}
