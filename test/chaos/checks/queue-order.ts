import { WIDE_QUEUES } from '../crew/order.ts'
import type { Attempt } from '../history/attempts.ts'
import { groupedBy } from '../history/grouped.ts'
import type { History } from '../history/history.ts'
import type { Check, Violation } from './check.ts'

/** When a job came to its queue: not before it was asked for, not after that was acknowledged. */
interface Arrival {
  readonly from: number
  readonly to: number
}

/**
 * A serial queue starts its jobs in the order in which they came. A job whose attempt ended without an outcome, because
 * its worker died or was fenced off, comes before those behind it again.
 */
export const queueOrder: Check = ({ history, attempts }) => {
  const arrivals = arrivalsOf(history)
  const serial = attempts.filter(({ queue }) => queue !== undefined && !(queue in WIDE_QUEUES))
  return [...groupedBy(serial, ({ queue }) => queue).values()].flatMap(inQueue =>
    overtakings(inQueue, arrivals),
  )
}

/** Goes through the starts of one queue; for each, through those that came while its job stood in the queue. */
function overtakings(starts: readonly Attempt[], arrivals: ReadonlyMap<string, Arrival>): Violation[] {
  const last = new Map<string, Attempt>()
  return starts.flatMap((start, index) => {
    const before = last.get(start.uid)
    const arrival = arrivals.get(start.uid)
    last.set(start.uid, start)
    if (!arrival || (before && !comesAgain(before, start))) return []
    const since = before?.began ?? arrival.to
    const other = startsBackFrom(starts, index, since).find(
      other => isBehind(arrivals.get(other.uid), arrival) && !(before && followed(before, other)),
    )
    return other ? [overtaking(other, start)] : []
  })
}

function startsBackFrom(starts: readonly Attempt[], index: number, since: number): Attempt[] {
  const found: Attempt[] = []
  for (let at = index - 1; at >= 0 && (starts[at] as Attempt).began > since; at--)
    found.push(starts[at] as Attempt)
  return found
}

/** Whether this is the same attempt once more; a failed one waits elsewhere for the next. */
function comesAgain(before: Attempt, start: Attempt): boolean {
  return before.how !== 'threw' && start.attempt === before.attempt
}

/** Whether it was its turn: the same worker had done with the job before it, and was lost before it could tell. */
function followed(before: Attempt, other: Attempt): boolean {
  return other.life === before.life && other.began >= before.ended
}

function isBehind(later: Arrival | undefined, earlier: Arrival): boolean {
  return later !== undefined && earlier.to < later.from
}

function overtaking(first: Attempt, second: Attempt): Violation {
  return {
    what: `job ${first.uid} overtook ${second.uid} in ${first.queue}`,
    at: first.began,
    about: [first.uid, second.uid],
  }
}

/** Only of jobs that were due at once. */
function arrivalsOf(history: History): ReadonlyMap<string, Arrival> {
  const acked = new Map(history.of('acked').map(({ uid, at }) => [uid, at]))
  return new Map(
    history.of('asked').flatMap(({ uid, at: from, delay }): [string, Arrival][] => {
      const to = acked.get(uid)
      return delay === undefined && to !== undefined ? [[uid, { from, to }]] : []
    }),
  )
}
