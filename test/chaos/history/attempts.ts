import { deathsOf } from './deaths.ts'
import { postOf } from './disturbances.ts'
import type { EventOf } from './event.ts'
import { groupedBy } from './grouped.ts'
import type { History } from './history.ts'
import { type Pause, pausesOf } from './pauses.ts'

/** One execution of a job, as far as the task itself and the runner saw it. */
export interface Attempt {
  readonly uid: string
  readonly job: string
  readonly queue: string | undefined
  readonly process: string
  readonly life: string
  readonly attempt: number
  readonly crashes: number
  readonly began: number
  /** When it did its last thing, for certain. */
  readonly ended: number
  readonly how: 'returned' | 'threw' | 'aborted' | 'died' | 'open'
  /**
   * Until when it counted as the one who has the job. A process that is halted, or whose event loop is blocked, cannot
   * fence itself: if its lease ran out meanwhile, its attempts are over, whatever it still does when it comes back. If it
   * dies before it comes back it has done nothing more.
   */
  readonly until: number
}

type Ended = EventOf<'ended'> | EventOf<'aborted'>

const NEVER = Number.POSITIVE_INFINITY
/** Within this time a process that goes on again notices that its lease is over. */
const AWARE_MS = 3_000

/** Every execution of every job, in the order in which they began. */
export function attemptsOf(history: History): readonly Attempt[] {
  const ends = endsOf(history)
  const deaths = deathsOf(history)
  const pauses = pausesOf(history)
  const [fences, lastSigns] = [fencesOf(history, pauses), lastSignsOf(deaths, pauses)]
  return history.of('began').map(({ by, run, at, uid, job, queue, life, attempt, crashes }) => {
    const end = ends.get(`${by} ${run}`)
    const death = deaths.get(by) ?? NEVER
    const ended = Math.min(end?.at ?? NEVER, death)
    const fence = Math.min(fences.get(life) ?? NEVER, lastSigns.get(by) ?? NEVER)
    const until = Math.min(ended, Math.max(at, fence))
    const facts = { uid, job, queue, process: by, life, attempt, crashes, began: at }
    return { ...facts, ended, until, how: howOf(end, death) }
  })
}

function howOf(end: Ended | undefined, death: number): Attempt['how'] {
  if (!end) return death === NEVER ? 'open' : 'died'
  return end.event === 'aborted' ? 'aborted' : end.how
}

/** What is aborted does nothing more, so the first one counts. */
function endsOf(history: History): Map<string, Ended> {
  const all = groupedBy<Ended, string>([...history.of('ended'), ...history.of('aborted')], nameOf)
  return new Map([...all].map(([name, ends]) => [name, ends.reduce((a, b) => (a.at <= b.at ? a : b))]))
}

function nameOf({ by, run }: Ended): string {
  return `${by} ${run}`
}

/** When the lives ended that were lost while their process could not know. */
function fencesOf(history: History, pauses: readonly Pause[]): Map<string, number> {
  const fences = new Map<string, number>()
  for (const { life, by, at } of history.of('lost')) {
    const pause = pauses.findLast(
      ({ post, from, to }) => post === postOf(by) && from <= at && at - AWARE_MS <= to,
    )
    if (pause) fences.set(life, pause.from)
  }
  return fences
}

/** When the processes that died in a pause could last do something. */
function lastSignsOf(deaths: ReadonlyMap<string, number>, pauses: readonly Pause[]): Map<string, number> {
  const signs = new Map<string, number>()
  for (const [process, at] of deaths) {
    const pause = pauses.findLast(({ post, from, to }) => post === postOf(process) && from <= at && at <= to)
    if (pause) signs.set(process, pause.from)
  }
  return signs
}
