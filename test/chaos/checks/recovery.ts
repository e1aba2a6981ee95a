import { between, hindrances } from '../history/disturbances.ts'
import type { Check } from './check.ts'

/** From the last beat until others have the jobs. */
const RECOVERY_MS = 15_000
/** What of that a lease may take: as long as the worker may be silent. */
const LEASE_MS = 8_000

/**
 * What a dead worker had is taken back within 15 seconds of its last beat. While the database is away nobody can do it,
 * so the time counts from when everybody could have come back.
 */
export const recovery: Check = ({ history, disturbances }) =>
  history
    .of('expired')
    .filter(({ ms }) => ms > RECOVERY_MS - LEASE_MS)
    .filter(({ at }) => between(hindrances(disturbances), undefined, [at - RECOVERY_MS, at]).length === 0)
    .map(({ at, life, ms, jobs }) => ({
      what: `${jobs} jobs of the worker ${life} were not taken back ${Math.round(ms)} ms after its lease was over`,
      ...{ at, about: [life] },
    }))
