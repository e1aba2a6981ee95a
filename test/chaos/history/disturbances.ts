import type { History } from './history.ts'

/** A time in which something was done to one process, or to the database and so to all. */
export interface Disturbance {
  readonly fault: string
  /** None: the database. */
  readonly target: string | undefined
  readonly from: number
  readonly to: number
}

/** What the runner did, and every time in which it got no processor itself. */
export function disturbancesOf(history: History): readonly Disturbance[] {
  const faults = history.of('fault')
  const done = faults
    .filter(({ phase }) => phase === 'begins')
    .map(({ fault, target, at, number }) => {
      const end = faults.find(other => other.number === number && other.phase === 'ends')
      return { fault, target, from: at, to: end?.at ?? history.end }
    })
  const stutters = history.of('stutter').map(({ at, ms }) => ({ from: at - ms, to: at }))
  return [...done, ...stutters.map(stutter => ({ fault: 'stutter', target: undefined, ...stutter }))]
}

/** Who is what a process is called without the number of its incarnation; what is done to it is done to all of them. */
export function postOf(process: string): string {
  return process.replace(/\.\d+$/, '')
}

/** What nobody may notice but those who do it. */
const HARMLESS = ['halt-briefly', 'block', 'hang', 'poison', 'pin', 'lock-head']

/** Of these, what may have kept `process`, or everybody, from the database. */
export function hindrances(disturbances: readonly Disturbance[]): readonly Disturbance[] {
  return disturbances.filter(({ fault }) => !HARMLESS.includes(fault))
}

/** Of these, what was done to `process` or to the database at some time between `from` and `to`. */
export function between(
  disturbances: readonly Disturbance[],
  process: string | undefined,
  [from, to]: readonly [number, number],
): readonly Disturbance[] {
  return disturbances.filter(
    one =>
      one.from <= to &&
      from <= one.to &&
      (one.target === undefined || (process !== undefined && one.target === postOf(process))),
  )
}
