import type { Audit } from './audit.ts'
import type { Evidence } from './checks/check.ts'
import { attemptsOf } from './history/attempts.ts'
import { disturbancesOf } from './history/disturbances.ts'
import type { History } from './history/history.ts'

/** What follows from the history of a run and what its database says at the end. */
export function evidenceFrom(history: History, audit: Audit): Evidence {
  return {
    ...{ history, audit },
    attempts: attemptsOf(history),
    disturbances: disturbancesOf(history),
  }
}
