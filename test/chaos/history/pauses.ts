import { deathsOf } from './deaths.ts'
import { postOf } from './disturbances.ts'
import type { History } from './history.ts'

/** A time in which a process could do nothing. */
export interface Pause {
  /** Without the number of its incarnation. */
  readonly post: string
  readonly from: number
  readonly to: number
}

/**
 * When processes were halted from outside, or kept their event loops from turning themselves. What begins during a pause
 * prolongs it.
 */
export function pausesOf(history: History): readonly Pause[] {
  return joined([...blocks(history), ...halts(history)].sort((a, b) => a.from - b.from))
}

/** Of pauses in their order, those of one post that overlap as one. */
function joined(pauses: readonly Pause[]): Pause[] {
  const last = new Map<string, Pause>()
  const all: Pause[] = []
  for (const pause of pauses) {
    const before = last.get(pause.post)
    const overlaps = before !== undefined && pause.from <= before.to
    const whole = overlaps ? { ...before, to: Math.max(before.to, pause.to) } : pause
    if (overlaps) all[all.indexOf(before)] = whole
    else all.push(whole)
    last.set(pause.post, whole)
  }
  return all
}

function blocks(history: History): Pause[] {
  const deaths = deathsOf(history)
  return history.of('blocking').map(({ by, at, ms }) => {
    const to = Math.min(at + ms, deaths.get(by) ?? Number.POSITIVE_INFINITY)
    return { post: postOf(by), from: at, to }
  })
}

function halts(history: History): Pause[] {
  const faults = history.of('fault').filter(({ fault }) => fault.startsWith('halt'))
  return faults
    .filter(({ phase }) => phase === 'begins')
    .map(({ at, target, number }) => {
      const end = faults.find(fault => fault.number === number && fault.phase === 'ends')
      return { post: target as string, from: at, to: end?.at ?? history.end }
    })
}
