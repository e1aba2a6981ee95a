import type { Check } from './check.ts'

/** What an app writes in the transaction in which it schedules exists exactly if the job does. */
export const transactions: Check = ({ history, audit, attempts }) => {
  const written = new Set(audit.written)
  const exists = new Set([...audit.left, ...audit.finished, ...attempts].map(({ uid }) => uid))
  const together = history.of('asked').filter(({ writes }) => writes)
  return together
    .filter(({ uid }) => written.has(uid) !== exists.has(uid))
    .map(({ uid, at }) => ({
      what: written.has(uid)
        ? `${uid} was written without its job`
        : `job ${uid} exists without what was written`,
      ...{ at, about: [uid] },
    }))
}
