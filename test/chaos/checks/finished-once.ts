import type { Attempt } from '../history/attempts.ts'
import { postOf } from '../history/disturbances.ts'
import type { EventOf } from '../history/event.ts'
import { groupedBy } from '../history/grouped.ts'
import { type Pause, pausesOf } from '../history/pauses.ts'
import type { Check, Violation } from './check.ts'

const FINAL = ['completed', 'cancelled', 'discarded']

/**
 * A job is finished at most once: history has one row of it, one worker was told so, what it was told is what is stored,
 * and the job is not started after that.
 */
export const finishedOnce: Check = evidence => [
  ...storedTwice(evidence),
  ...toldTwice(evidence),
  ...toldOtherwise(evidence),
  ...startedAgain(evidence),
]

const storedTwice: Check = ({ audit }) =>
  [...groupedBy(audit.finished, ({ uid }) => uid)]
    .filter(([, rows]) => rows.length > 1)
    .map(([uid, rows]) => ({ what: `job ${uid} is in history ${rows.length} times`, about: [uid] }))

const toldTwice: Check = evidence =>
  [...groupedBy(endings(evidence), ({ uid }) => uid)]
    .filter(([, told]) => told.length > 1)
    .map(([uid, told]) => ({
      what: `job ${uid} finished ${told.length} times: ${told.map(({ verdict, by }) => `${verdict} by ${by}`).join(', ')}`,
      at: told[1]?.at,
      about: [uid],
    }))

const toldOtherwise: Check = evidence => {
  const states = new Map(evidence.audit.finished.map(({ uid, state }) => [uid, state]))
  return endings(evidence)
    .filter(({ uid, verdict }) => states.get(uid) !== verdict)
    .map(({ uid, verdict, at, by }) => ({
      what: `${by} was told that job ${uid} is ${verdict}, stored is ${states.get(uid) ?? 'nothing'}`,
      ...{ at, about: [uid] },
    }))
}

const startedAgain: Check = evidence => {
  const ends = new Map(endings(evidence).map(({ uid, at }) => [uid, at]))
  const pauses = pausesOf(evidence.history)
  return evidence.attempts
    .filter(({ uid, began }) => began > (ends.get(uid) ?? Number.POSITIVE_INFINITY))
    .filter(attempt => !wasBeginning(attempt, pauses))
    .map(
      ({ uid, began, process }): Violation => ({
        what: `${process} began job ${uid} after it was finished`,
        ...{ at: began, about: [uid] },
      }),
    )
}

/** A process that is halted between its last look at the lease and the task begins that when it goes on, at once. */
const AT_ONCE_MS = 20

function wasBeginning({ process, began }: Attempt, pauses: readonly Pause[]): boolean {
  return pauses.some(
    ({ post, from, to }) => post === postOf(process) && from <= began && began <= to + AT_ONCE_MS,
  )
}

type Ending = EventOf<'verdict'> & { readonly uid: string }

/** What workers were told for good. */
function endings({ history, attempts }: Parameters<Check>[0]): Ending[] {
  const uids = new Map(attempts.map(({ job, uid }) => [job, uid]))
  return history
    .of('verdict')
    .filter(({ verdict, job }) => FINAL.includes(verdict) && uids.has(job))
    .map(told => ({ ...told, uid: uids.get(told.job) as string }))
}
