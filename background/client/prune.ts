import { dropHistory } from '../engine/history.ts'
import { sweep } from '../engine/sweep.ts'
import type { Administration } from './administration.ts'

/** What was pruned. */
export interface Pruned {
  /** Days of history that are gone: every job in them had expired. */
  readonly days: number
  /** Queues whose settings said nothing but the default. */
  readonly queues: number
}

/** Does now what workers do every hour, and tidies up what they leave. */
export async function prune({ db }: Administration): Promise<Pruned> {
  return { days: await dropHistory(db), queues: await sweep(db) }
}
