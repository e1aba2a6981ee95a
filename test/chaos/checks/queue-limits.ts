import { WIDE_QUEUES } from '../crew/order.ts'
import type { Attempt } from '../history/attempts.ts'
import { groupedBy } from '../history/grouped.ts'
import type { Check, Violation } from './check.ts'

/**
 * Of a serial queue one job runs at a time, of another queue as many as it allows. An attempt counts until it ended, or
 * until its worker had lost its lease and could not know.
 */
export const queueLimits: Check = ({ attempts }) => {
  const queued = attempts.filter(({ queue }) => queue !== undefined)
  return [...groupedBy(queued, ({ queue }) => queue as string)].flatMap(([queue, ofQueue]) =>
    tooMany(queue, ofQueue, WIDE_QUEUES[queue] ?? 1),
  )
}

function tooMany(queue: string, attempts: readonly Attempt[], limit: number): Violation[] {
  const violations: Violation[] = []
  let running: Attempt[] = []
  for (const attempt of attempts) {
    running = [...running.filter(({ until }) => until > attempt.began), attempt]
    if (running.length > limit) violations.push(overlap(queue, running))
  }
  return violations
}

function overlap(queue: string, running: readonly Attempt[]): Violation {
  const who = running.map(({ uid, process }) => `${uid} in ${process}`).join(', ')
  return {
    what: `queue ${queue} ran ${running.length} jobs at once: ${who}`,
    at: running.at(-1)?.began,
    about: running.map(({ uid }) => uid),
  }
}
