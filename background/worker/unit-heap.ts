import { isBefore } from '../engine/claim.ts'
import type { ClaimedJob } from '../engine/claimed-job.ts'
import type { Unit } from './backlog.ts'

/** Units by (priority, due time, id) of their first jobs, as a binary heap. */
export class UnitHeap {
  #heap: Unit[] = []

  get first(): Unit | undefined {
    return this.#heap[0]
  }

  /** In no order. */
  get units(): readonly Unit[] {
    return this.#heap
  }

  clear(): void {
    this.#heap = []
  }

  push(unit: Unit): void {
    const heap = this.#heap
    let place = heap.push(unit) - 1
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!isMoreUrgent(unit, heap[parent] as Unit)) break
      heap[place] = heap[parent] as Unit
      place = parent
    }
    heap[place] = unit
  }

  pop(): Unit | undefined {
    const first = this.#heap[0]
    const last = this.#heap.pop()
    if (last && this.#heap.length > 0) this.#sink(last)
    return first
  }

  #sink(unit: Unit): void {
    const heap = this.#heap
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if (child >= heap.length) break
      const right = heap[child + 1]
      if (right && isMoreUrgent(right, heap[child] as Unit)) child++
      if (!isMoreUrgent(heap[child] as Unit, unit)) break
      heap[place] = heap[child] as Unit
      place = child
    }
    heap[place] = unit
  }
}

/** Whether `a` is more urgent than `b`. */
export function isMoreUrgent(a: Unit, b: Unit): boolean {
  return isBefore(a.jobs[0] as ClaimedJob, b.jobs[0] as ClaimedJob)
}
