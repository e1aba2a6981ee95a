import { sleep } from '../../framework/clock.ts'
import { dropHistory, expiredHistory } from '../engine/history.ts'
import { isLockTimeout } from '../engine/refusal.ts'
import { countIdleSettings, sweep } from '../engine/sweep.ts'
import { BackgroundError } from '../errors.ts'
import type { Administration } from './administration.ts'

/** What was pruned. */
export interface Pruned {
  /** Days of history that are gone: every job in them had expired. */
  readonly days: number
  /** Queues whose settings said nothing but the default. */
  readonly queues: number
}

/** What would be pruned. */
export interface PruneRehearsal {
  /** The days of history: `2026-11-12`. */
  readonly days: readonly string[]
  readonly queues: number
}

const ATTEMPTS = 5
const PAUSE_MS = 200

/**
 * Does now what workers do every hour, and tidies up what they leave.
 *
 * @throws BackgroundError `HISTORY_BUSY`
 */
export async function prune({ db }: Administration): Promise<Pruned> {
  for (let attempt = 1; ; attempt++) {
    try {
      return { days: await dropHistory(db), queues: await sweep(db) }
    } catch (error) {
      if (!isLockTimeout(error)) throw error
      if (attempt === ATTEMPTS) throw busy(error)
      await sleep(PAUSE_MS)
    }
  }
}

/** What {@link prune} would do now. */
export async function rehearsePrune({ reads }: Administration): Promise<PruneRehearsal> {
  const [days, queues] = await Promise.all([expiredHistory(reads), countIdleSettings(reads)])
  return { days, queues }
}

/** Dropping a day needs the history for itself, and must not make finishing jobs queue up behind it. */
function busy(cause: unknown): BackgroundError {
  return new BackgroundError('somebody is reading the history and does not stop', {
    code: 'HISTORY_BUSY',
    hint: 'try again later, or look for a long query or an open transaction; workers try every hour',
    cause,
  })
}
