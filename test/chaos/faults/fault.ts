import type { Stage } from '../stage.ts'

/** What can be done to a process, to its wire, or to the database. */
export interface Fault {
  readonly name: string
  /** Whom it is done to. One worker may have one fault at a time, and the database too. */
  readonly aim: 'worker' | 'producer' | 'database'
  /** How long it lasts at least and at most, in milliseconds; less than all when it ends by itself. */
  readonly lasts: readonly [number, number]
  /** Does it, and heals it after `ms` milliseconds. */
  strike(stage: Stage, target: string, ms: number): Promise<void>
  /** Why it cannot be done here; undefined when it can. */
  lacking?(stage: Stage): string | undefined
}

export function pass(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
