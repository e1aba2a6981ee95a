import { monotonic } from '../../framework/clock.ts'
import type { Run } from '../engine/claim-queues.ts'
import type { ClaimedJob } from '../engine/claimed-job.ts'
import { isMoreUrgent, UnitHeap } from './unit-heap.ts'

/** The line is moved up after so many have gone. */
const LONGEST_GAP = 1_024

/** What takes one slot: a job of its own, or jobs of one queue that run one after the other. */
export interface Unit {
  readonly jobs: readonly ClaimedJob[]
  /** The queue slot that is free when all of them are reported. */
  readonly run: Run | undefined
  readonly since: number
}

export function unitOfJob(job: ClaimedJob, since = monotonic()): Unit {
  return { jobs: [job], run: undefined, since }
}

export function unitOfRun(run: Run): Unit {
  return { jobs: run.jobs, run, since: monotonic() }
}

/** The first `count` jobs of a unit, and the rest, which does not free its queue slot. */
export function split(unit: Unit, count: number): [Unit, Unit] {
  return [
    { ...unit, jobs: unit.jobs.slice(0, count) },
    { ...unit, jobs: unit.jobs.slice(count), run: undefined },
  ]
}

/**
 * What this worker has claimed and not started, the most urgent first. Claims come in order, one after the other, so
 * nearly all of it can stand in line; what is more urgent than the last in line waits beside it.
 */
export class Backlog {
  #line: Unit[] = []
  /** How many at the front of the line are gone. */
  #gone = 0
  readonly #beside = new UnitHeap()
  #jobs = 0

  /** Jobs waiting here. */
  get size(): number {
    return this.#jobs
  }

  add(unit: Unit): void {
    this.#jobs += unit.jobs.length
    const last = this.#line.at(-1)
    if (last && this.#gone < this.#line.length && isMoreUrgent(unit, last)) this.#beside.push(unit)
    else this.#line.push(unit)
  }

  /** Takes the most urgent. */
  take(): Unit | undefined {
    const unit = this.#takeFirst()
    if (unit) this.#jobs -= unit.jobs.length
    return unit
  }

  /** Takes everything, in no order. */
  takeAll(): Unit[] {
    const all = [...this.units]
    this.#line = []
    this.#gone = 0
    this.#beside.clear()
    this.#jobs = 0
    return all
  }

  /** What waits here, in no order. */
  get units(): readonly Unit[] {
    return [...this.#line.slice(this.#gone), ...this.#beside.units]
  }

  /** When the unit that has waited longest came; Infinity when none waits. */
  oldest(): number {
    const first = this.#line[this.#gone]?.since ?? Number.POSITIVE_INFINITY
    return this.#beside.units.reduce((min, unit) => Math.min(min, unit.since), first)
  }

  #takeFirst(): Unit | undefined {
    const first = this.#line[this.#gone]
    const other = this.#beside.first
    if (other && (!first || isMoreUrgent(other, first))) return this.#beside.pop()
    if (!first) return undefined
    this.#gone++
    if (this.#gone === this.#line.length || this.#gone === LONGEST_GAP) {
      this.#line = this.#line.slice(this.#gone)
      this.#gone = 0
    }
    return first
  }
}
