import { between, hindrances } from '../history/disturbances.ts'
import type { Check } from './check.ts'

/** A lease, and the time until its end is noticed. */
const BEFORE_MS = 12_000

/**
 * A lease is lost for a reason: the worker was halted or cut off, or the database was away. A busy event loop is none, and
 * a pause that is shorter than the lease is none.
 */
export const leases: Check = ({ history, disturbances }) => {
  const reasons = hindrances(disturbances)
  return history
    .of('lost')
    .filter(({ by, at }) => between(reasons, by, [at - BEFORE_MS, at]).length === 0)
    .map(({ by, at }) => ({ what: `${by} lost its lease for no reason`, at, about: [by] }))
}
