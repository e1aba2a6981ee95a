import { monotonic } from '../../framework/clock.ts'
import type { Unit } from './backlog.ts'

/** A suspect of a queue, which waits with it, may wait so many times as long as one that is in the way of others. */
const PATIENCE_OF_QUEUES = 10

/**
 * Jobs that several workers had when they died and that wait for their trial: one at a time, so that a crash names it.
 * Each is a unit of its own.
 */
export class Suspects {
  #units: Unit[] = []
  #trying = false

  /** In the order in which they came. */
  get units(): readonly Unit[] {
    return this.#units
  }

  /** Whether one without a queue waits. */
  get isFreeWaiting(): boolean {
    return this.#units.some(isFree)
  }

  add(unit: Unit): void {
    this.#units.push(unit)
  }

  /** Takes the next one to be tried; none while another one is. */
  take(): Unit | undefined {
    return this.#trying ? undefined : this.#units.shift()
  }

  takeAll(): Unit[] {
    return this.#units.splice(0)
  }

  /** Takes those without a queue, once one of them has waited for longer than `ms`. */
  takeFree(ms: number): Unit[] {
    return this.#units.some(unit => isFree(unit) && isOlder(unit, ms)) ? this.#takeIf(isFree) : []
  }

  /** Takes those of queues that have waited for very much longer than `ms`. */
  takeQueued(ms: number): Unit[] {
    return this.#takeIf(unit => !isFree(unit) && isOlder(unit, ms * PATIENCE_OF_QUEUES))
  }

  began(): void {
    this.#trying = true
  }

  ended(): void {
    this.#trying = false
  }

  #takeIf(isMeant: (unit: Unit) => boolean): Unit[] {
    const taken = this.#units.filter(isMeant)
    if (taken.length > 0) this.#units = this.#units.filter(unit => !isMeant(unit))
    return taken
  }
}

function isFree({ run }: Unit): boolean {
  return run === undefined
}

function isOlder({ since }: Unit, ms: number): boolean {
  return since < monotonic() - ms
}
