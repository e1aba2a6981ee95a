import type { Fault } from './faults/fault.ts'
import { Random } from './random.ts'
import { PRODUCERS, WORKERS } from './stage.ts'

/** A fault that will be. */
export interface Strike {
  readonly number: number
  /** Milliseconds after the beginning. */
  readonly at: number
  readonly fault: Fault
  /** The name of an actor, or of the database. */
  readonly target: string
  readonly ms: number
}

const FIRST_AT = 1_500
const [SHORTEST_GAP, LONGEST_GAP] = [800, 3_500]
/** After a fault its target is left alone for so long: what it does to recover is what the next one has to disturb. */
const REST_MS = 2_000
/** So many workers may be disturbed at once: the others have to be able to go on. */
const MOST_WORKERS = 2

/**
 * What will be done, when and to whom: the same for the same seed. Every fault comes once before any comes again, and
 * several may overlap, but there are always workers that are left alone, and one thing is done to the database at a time.
 */
export function planFor(seed: number, faults: readonly Fault[], duration: number): readonly Strike[] {
  const random = new Random(seed)
  const busyUntil = new Map<string, number>()
  const strikes: Strike[] = []
  let bag: Fault[] = []
  for (let at = FIRST_AT; at < duration; at += random.between(SHORTEST_GAP, LONGEST_GAP)) {
    if (bag.length === 0) bag = random.shuffled(faults)
    const chosen = firstPossible(bag, target => (busyUntil.get(target) ?? 0) <= at, random)
    if (!chosen) continue
    const [fault, target] = chosen
    bag = bag.filter(one => one !== fault)
    const ms = Math.min(random.between(...fault.lasts), duration - at)
    strikes.push({ number: strikes.length + 1, at, fault, target, ms })
    busyUntil.set(target, at + ms + REST_MS)
  }
  return strikes
}

/** The first fault in the bag that can be done now, and whom to. */
function firstPossible(
  bag: readonly Fault[],
  isFree: (target: string) => boolean,
  random: Random,
): [Fault, string] | undefined {
  for (const fault of bag) {
    const free = targetsOf(fault).filter(isFree)
    const spared = fault.aim === 'worker' ? WORKERS.length - MOST_WORKERS : 0
    if (free.length > spared) return [fault, random.pick(free)]
  }
  return undefined
}

function targetsOf({ aim }: Fault): readonly string[] {
  if (aim === 'worker') return WORKERS
  return aim === 'producer' ? PRODUCERS : ['database']
}

/** One line for a strike. */
export function told({ number, at, fault, target, ms }: Strike): string {
  const lasting = ms > 0 ? ` for ${(ms / 1_000).toFixed(1)} s` : ''
  return `${(at / 1_000).toFixed(1).padStart(7)} s  #${number} ${fault.name}: ${target}${lasting}`
}
