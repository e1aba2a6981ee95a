import type { Check } from './check.ts'

/** A job for later does not begin before it is due, which is counted from when it was asked for at the earliest. */
export const dueTimes: Check = ({ history, attempts }) => {
  const due = new Map(history.of('asked').map(({ uid, at, delay = 0 }) => [uid, at + delay]))
  return attempts
    .filter(({ uid, began }) => began < (due.get(uid) ?? 0))
    .map(({ uid, began }) => ({
      what: `job ${uid} began ${Math.round((due.get(uid) ?? 0) - began)} ms before it was due`,
      ...{ at: began, about: [uid] },
    }))
}
