import { groupedBy } from '../history/grouped.ts'
import type { Check } from './check.ts'

/** No job is tried more often than it may be, whatever crashes; a job that kills its workers is stopped. */
export const attemptNumbers: Check = evidence => [
  ...beyondTheLast(evidence),
  ...failedTooOften(evidence),
  ...killedTooOften(evidence),
]

const beyondTheLast: Check = ({ history, attempts }) => {
  const allowed = new Map(history.of('asked').map(({ uid, maxAttempts }) => [uid, maxAttempts]))
  return attempts
    .filter(({ uid, attempt }) => attempt > (allowed.get(uid) ?? Number.POSITIVE_INFINITY))
    .map(({ uid, attempt, process, began }) => ({
      what: `${process} began attempt ${attempt} of job ${uid}, which may have ${allowed.get(uid)}`,
      ...{ at: began, about: [uid] },
    }))
}

const failedTooOften: Check = ({ history, audit, attempts }) => {
  const uids = new Map(attempts.map(({ job, uid }) => [job, uid]))
  const failures = history
    .of('verdict')
    .filter(({ verdict }) => verdict === 'failed' || verdict === 'discarded')
  const counted = groupedBy(failures, ({ job }) => uids.get(job))
  return audit.finished
    .filter(
      ({ uid, attempt, maxAttempts }) =>
        attempt > maxAttempts || (counted.get(uid)?.length ?? 0) > maxAttempts,
    )
    .map(({ uid, attempt, maxAttempts }) => ({
      what: `job ${uid} has used ${attempt} attempts and failed ${counted.get(uid)?.length ?? 0} times; it may ${maxAttempts} times`,
      about: [uid],
    }))
}

/** Three deaths make a suspect, and the fourth, on trial, is the last. */
const MOST_DEATHS = 4

const killedTooOften: Check = ({ history }) =>
  [...groupedBy(history.of('suicide'), ({ uid }) => uid)]
    .filter(([, deaths]) => deaths.length > MOST_DEATHS)
    .map(([uid, deaths]) => ({
      what: `job ${uid} has killed ${deaths.length} workers`,
      ...{ at: deaths.at(-1)?.at, about: [uid] },
    }))
