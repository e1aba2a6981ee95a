import { probe } from './probe.ts'
import { plainArray, textArray } from './statement.ts'

/** A place in a queue that a claim holds. */
export interface Slot {
  readonly claim: string
  readonly queue: string
  readonly slot: number
}

/** What a report gives up besides its jobs: claims of which nothing is left, slots whose jobs are all reported. */
export interface Closing {
  readonly claims: readonly string[]
  readonly slots: readonly Slot[]
}

export const NOTHING_TO_CLOSE: Closing = { claims: [], slots: [] }

/**
 * Ends claims and frees slots, as common table expressions of the statement that reports the last outcome:
 * both happen or neither, and only to claims of the worker in parameter 2: what a former life left behind is for
 * its rescuer. `first` is the number of the first of four parameters.
 * Indexes: primary key of claim; slot's key, and not slot_claim, which has all the slots of a claim in one place: an
 * equation with claim_id would offer that one too.
 */
export function closing(first: number): string {
  return `
closed as (
  delete from background.claim where id = any ($${first}::bigint[]) and worker_id = $2),
freed as (
  delete from background.slot s
   using unnest($${first + 1}::bigint[], $${first + 2}::text[], $${first + 3}::smallint[]) as f (claim_id, queue, number)
    join background.claim c on ${probe('c.id', 'f.claim_id')} and c.worker_id = $2
   where ${probe('s.queue', 'f.queue')} and s.number = f.number and s.claim_id is not distinct from f.claim_id)`
}

export function closingValues({ claims, slots }: Closing): unknown[] {
  return [
    plainArray(claims),
    plainArray(slots.map(slot => slot.claim)),
    textArray(slots.map(slot => slot.queue)),
    plainArray(slots.map(slot => slot.slot)),
  ]
}
