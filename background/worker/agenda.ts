import { monotonic, nextTurn } from '../../framework/clock.ts'
import { dueTicks } from '../cron-due.ts'
import { Ticks } from '../cron-ticks.ts'
import type { ActiveCron, Settled } from '../engine/cron-active.ts'
import type { DueCron } from '../engine/cron-tick.ts'
import { Backoff } from './backoff.ts'

/** An entry and when it is due next. */
interface Item {
  entry: ActiveCron
  readonly ticks: Ticks
  /** Milliseconds since 1970; undefined: never again. */
  next: number | undefined
  /** It could not be scheduled and is left alone until then, on the monotonic clock. */
  notBefore: number
  readonly backoff: Backoff
}

/** Entries computed without letting anything else happen in between; each takes about a tenth of a millisecond. */
const IN_ONE_GO = 20
/** More go into the next statement, so that claims on the same connection get their turn. */
const MOST_ENTRIES = 100
const MOST_TICKS = 1_000

/** Which entries there are, and when each is due next: computed once per tick and never asked of the database. */
export class Agenda {
  #items = new Map<string, Item>()

  /** Takes over what the database says. `refuse` hears of entries that this process cannot make sense of. */
  async update(
    entries: readonly ActiveCron[],
    refuse: (entry: ActiveCron, error: unknown) => void,
  ): Promise<void> {
    const items = new Map<string, Item>()
    for (const [index, entry] of entries.entries()) {
      if (index % IN_ONE_GO === IN_ONE_GO - 1) await nextTurn()
      const item = this.#itemFor(entry, refuse)
      if (item) items.set(entry.name, item)
    }
    this.#items = items
  }

  /** Entries that are due at `now` by the database's clock, and their ticks; as many as go into one statement. */
  due(now: number): DueCron[] {
    const due: DueCron[] = []
    let ticks = 0
    for (const item of this.#items.values()) {
      if (due.length === MOST_ENTRIES || ticks >= MOST_TICKS) break
      if (item.next === undefined || item.next > now || item.notBefore > monotonic()) continue
      const found = dueTicks(item.ticks, item.entry, { after: item.entry.settled.ms, now })
      if (found) due.push({ entry: item.entry, due: found })
      else item.next = item.ticks.after(now)
      ticks += found?.ticks.length ?? 0
    }
    return due
  }

  /** Milliseconds until something is due. */
  wait(now: number): number {
    let wait = Number.POSITIVE_INFINITY
    for (const { next, notBefore } of this.#items.values())
      if (next !== undefined) wait = Math.min(wait, Math.max(next - now, notBefore - monotonic()))
    return Math.max(0, wait)
  }

  /** An entry's ticks are dealt with until `settled`. */
  settle(name: string, settled: Settled): void {
    const item = this.#items.get(name)
    if (!item) return
    item.entry = { ...item.entry, settled }
    item.next = item.ticks.after(settled.ms)
    item.backoff.reset()
  }

  /** An entry cannot be scheduled now; answers after how many milliseconds it may be tried again. */
  putOff(name: string): number {
    const item = this.#items.get(name)
    const delay = item?.backoff.next() ?? 0
    if (item) item.notBefore = monotonic() + delay
    return delay
  }

  #itemFor(entry: ActiveCron, refuse: (entry: ActiveCron, error: unknown) => void): Item | undefined {
    const known = this.#items.get(entry.name)
    const isSame = known?.entry.expression === entry.expression && known.entry.timeZone === entry.timeZone
    if (isSame && known.entry.settled.ms === entry.settled.ms) return Object.assign(known, { entry })
    try {
      const ticks = isSame ? known.ticks : new Ticks(entry.expression, entry.timeZone)
      return { entry, ticks, next: ticks.after(entry.settled.ms), notBefore: 0, backoff: new Backoff() }
    } catch (error) {
      refuse(entry, error)
      return undefined
    }
  }
}
