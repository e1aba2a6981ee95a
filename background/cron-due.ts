import type { CronPolicy } from './cron.ts'
import type { Ticks } from './cron-ticks.ts'

/** A moment at which an entry is due; times are in milliseconds since 1970. */
export interface Tick {
  readonly at: number
  /** It had been missed and is made up for. */
  readonly backfilled: boolean
}

/** What became of an entry's ticks while nobody was looking. */
export interface Due {
  /** To be scheduled, oldest first. May be empty: everything that was missed is skipped. */
  readonly ticks: readonly Tick[]
  /** The newest that has passed: afterwards, all until this one are settled. */
  readonly last: number
  /** Whether ticks were missed, made up for or not. */
  readonly missed: boolean
}

/** A tick that is noticed later than this was missed. Less is the delay of a restart, a failover, a slow disk. */
export const PUNCTUAL_MS = 60_000

/**
 * Which ticks after `after` are due at `now`; undefined when there is none. What was noticed in time is always due;
 * of the rest the entry's policy decides. Looks at no more ticks than it answers with, however many were missed.
 */
export function dueTicks(
  ticks: Ticks,
  policy: CronPolicy,
  { after, now }: { readonly after: number; readonly now: number },
): Due | undefined {
  const last = ticks.until(now)
  if (last === undefined || last <= after) return undefined
  const punctual = punctualTicks(ticks, Math.max(after, now - PUNCTUAL_MS), now)
  const newest = ticks.until(now - PUNCTUAL_MS)
  const missed = newest !== undefined && newest > after
  const since = Math.max(after, now - (policy.fill ?? Number.POSITIVE_INFINITY))
  const backfilled = missedTicks(ticks, { newest, since, most: mostBackfilled(policy, punctual) })
  return { ticks: [...backfilled, ...punctual], last, missed }
}

function mostBackfilled({ missed, cap }: CronPolicy, punctual: readonly Tick[]): number {
  if (missed === 'all') return cap
  return missed === 'once' && punctual.length === 0 ? 1 : 0
}

/** Where to look for missed ticks: from `newest` back, after `since`, at most so many. */
interface Search {
  readonly newest: number | undefined
  readonly since: number
  readonly most: number
}

function punctualTicks(ticks: Ticks, after: number, now: number): Tick[] {
  const found: Tick[] = []
  for (let at = ticks.after(after); at !== undefined && at <= now; at = ticks.after(at))
    found.push({ at, backfilled: false })
  return found
}

/** What the search finds, oldest first. */
function missedTicks(ticks: Ticks, { newest, since, most }: Search): Tick[] {
  const found: Tick[] = []
  for (let at = newest; at !== undefined && at > since && found.length < most; ) {
    found.push({ at, backfilled: true })
    at = ticks.until(at - 1)
  }
  return found.reverse()
}
