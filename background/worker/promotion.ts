import type { Executor } from '../../framework/executor.ts'
import { type Promoted, promote } from '../engine/promote.ts'
import type { Emitter } from '../events.ts'
import { tellDiscarded } from './news.ts'

const AT_ONCE = 1_000
const WHY = 'it may not be tried again: another job has its key by now, or it was removed while it ran'

export interface PromotionOptions {
  readonly connection: Executor
  readonly events: Emitter
  /** Seconds a finished job is kept by default. */
  readonly keep: number
}

/** Moves jobs that have fallen due to where they can be claimed, and tells of those that end instead. */
export async function promoteDue({ connection, events, keep }: PromotionOptions): Promise<Promoted> {
  const promoted = await promote(connection, { limit: AT_ONCE, keep })
  for (const job of promoted.ended) tellDiscarded(events, job, WHY)
  return promoted
}
