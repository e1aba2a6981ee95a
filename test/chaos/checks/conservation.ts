import type { Check, Violation } from './check.ts'

/**
 * Nothing that was acknowledged is lost: it is finished or still there. Nothing exists that was refused, rolled back or
 * never asked for.
 */
export const conservation: Check = ({ history, attempts, audit }) => {
  const present = new Set([...audit.left, ...audit.finished].map(({ uid }) => uid))
  const lost: Violation[] = history
    .of('acked')
    .filter(({ uid }) => !present.has(uid))
    .map(({ uid, at }) => ({ what: `job ${uid} was acknowledged and is gone`, at, about: [uid] }))

  const asked = new Set(history.of('asked').map(({ uid }) => uid))
  const refused = new Set(history.of('refused').map(({ uid }) => uid))
  const seen = new Set([...present, ...attempts.map(({ uid }) => uid)])
  const unasked: Violation[] = [...seen]
    .filter(uid => refused.has(uid) || !asked.has(uid))
    .map(uid => ({
      what: `job ${uid} exists, and was ${refused.has(uid) ? 'refused' : 'never asked for'}`,
      about: [uid],
    }))
  return [...lost, ...unasked]
}
