import type { Audit } from '../audit.ts'
import type { Attempt } from '../history/attempts.ts'
import type { Disturbance } from '../history/disturbances.ts'
import type { History } from '../history/history.ts'

/** All that is known about a run when it is over. */
export interface Evidence {
  readonly history: History
  readonly attempts: readonly Attempt[]
  readonly disturbances: readonly Disturbance[]
  /** What is in the database at the end. */
  readonly audit: Audit
}

/** Something that must not have happened. */
export interface Violation {
  readonly what: string
  /** When, if that is known. */
  readonly at?: number | undefined
  /** What to look for in the history: uids of jobs, names of processes. */
  readonly about: readonly string[]
}

/** Looks for one kind of violation. Knows nothing but the evidence, so that it can be shown what it has to find. */
export type Check = (evidence: Evidence) => Violation[]
