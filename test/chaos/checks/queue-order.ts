import { WIDE_QUEUES } from '../crew/order.ts'
import type { Attempt } from '../history/attempts.ts'
import { groupedBy } from '../history/grouped.ts'
import type { History } from '../history/history.ts'
import type { Check, Violation } from './check.ts'

/**
 * When a job came to its queue: not before it was asked for, not after that was acknowledged. One that failed comes
 * once more, when it is due again: not before its last attempt, not after the next one began.
 */
interface Arrival {
  readonly from: number
  readonly to: number
}

/**
 * A serial queue starts its jobs in the order in which they came. A job whose attempt ended without an outcome, because
 * its worker died or was fenced off, comes before those behind it again.
 */
export const queueOrder: Check = ({ history, attempts }) => {
  const serial = attempts.filter(({ queue }) => queue !== undefined && !(queue in WIDE_QUEUES))
  const arrivals = new Map([...firstArrivals(history), ...laterArrivals(serial)])
  return [...groupedBy(serial, ({ queue }) => queue).values()].flatMap(inQueue =>
    overtakings(inQueue, arrivals),
  )
}

/** Goes through the starts of one queue; for each, through those that came while its job stood in the queue. */
function overtakings(starts: readonly Attempt[], arrivals: ReadonlyMap<string, Arrival>): Violation[] {
  const last = new Map<string, Attempt>()
  return starts.flatMap((start, index) => {
    const place = placeOf(start)
    const before = last.get(place)
    const arrival = arrivals.get(place)
    last.set(place, start)
    if (!arrival || before?.how === 'threw') return []
    const since = before?.began ?? arrival.to
    const other = startsBackFrom(starts, index, since).find(
      other => isBehind(arrivals.get(placeOf(other)), arrival) && !(before && followed(before, other)),
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
function firstArrivals(history: History): Map<string, Arrival> {
  const acked = new Map(history.of('acked').map(({ uid, at }) => [uid, at]))
  return new Map(
    history.of('asked').flatMap(({ uid, at: from, delay }): [string, Arrival][] => {
      const to = acked.get(uid)
      return delay === undefined && to !== undefined ? [[placeOf({ uid, attempt: 1 }), { from, to }]] : []
    }),
  )
}

function laterArrivals(starts: readonly Attempt[]): Map<string, Arrival> {
  const arrivals = new Map<string, Arrival>()
  const lastBegan = new Map<string, number>()
  for (const { uid, attempt, began } of starts) {
    const place = placeOf({ uid, attempt })
    const from = lastBegan.get(placeOf({ uid, attempt: attempt - 1 }))
    if (from !== undefined && !arrivals.has(place)) arrivals.set(place, { from, to: began })
    lastBegan.set(place, began)
  }
  return arrivals
}

/** Each attempt of a job stands in its queue for itself. */
function placeOf({ uid, attempt }: Pick<Attempt, 'uid' | 'attempt'>): string {
  return `${uid} ${attempt}`
}
