import type { Audit } from '../audit.ts'
import { evidenceFrom } from '../evidence.ts'
import type { HistoryEvent, Told } from '../history/event.ts'
import { History } from '../history/history.ts'
import type { Check } from './check.ts'

type Line = readonly [at: number, by: string, told: Told]

const NOTHING: Audit = { left: [], finished: [], ticks: [], limited: [], written: [], leftovers: [] }

/** What a check says about a history that somebody made up, as lines; nothing when it has no complaint. */
export function verdictOf(check: Check, lines: readonly Line[], audit: Partial<Audit> = {}): string[] {
  const events = lines.map(([at, by, told]): HistoryEvent => ({ at, by, ...told }))
  return check(evidenceFrom(new History(events), { ...NOTHING, ...audit })).map(({ what }) => what)
}

/** A job is asked for and acknowledged. */
export function scheduled(at: number, uid: string, queue?: string): Line[] {
  return [
    [at, 'producer-1.1', { event: 'asked', uid, queue, maxAttempts: 3 }],
    [at + 1, 'producer-1.1', { event: 'acked', uid, job: jobOf(uid) }],
  ]
}

interface Execution {
  readonly by: string
  readonly uid: string
  readonly from: number
  /** None: it does not end. */
  readonly to?: number
  readonly how?: 'returned' | 'threw' | 'aborted'
  readonly queue?: string
  readonly attempt?: number
  readonly crashes?: number
  readonly verdict?: 'completed' | 'failed' | 'stale'
}

/** A job is executed. */
export function executed(execution: Execution): Line[] {
  const { by, uid, from, to, how = 'returned', queue, attempt = 1, crashes = 0, verdict } = execution
  const [run, job, life] = [from, jobOf(uid), `life of ${by}`]
  const lines: Line[] = [[from, by, { event: 'began', run, uid, job, queue, life, attempt, crashes }]]
  if (to === undefined) return lines
  lines.push([to, by, how === 'aborted' ? { event: 'aborted', run } : { event: 'ended', run, how }])
  if (verdict) lines.push([to + 1, by, { event: 'verdict', job, verdict, life }])
  return lines
}

/** Something is done to somebody for a while. */
export function disturbed(
  fault: string,
  target: string | undefined,
  [from, to]: readonly [number, number],
): Line[] {
  const number = from
  return [
    [from, 'runner', { event: 'fault', fault, phase: 'begins', number, target }],
    [to, 'runner', { event: 'fault', fault, phase: 'ends', number, target }],
  ]
}

export function lost(at: number, by: string): Line {
  return [at, by, { event: 'lost', life: `life of ${by}` }]
}

export function died(at: number, process: string, ordered = true): Line {
  return [at, 'runner', { event: 'exited', process, how: 'SIGKILL', ordered }]
}

export function jobOf(uid: string): string {
  return `job ${uid}`
}

/** A row of history. */
export function finished(
  uid: string,
  more: Partial<Audit['finished'][number]> = {},
): Audit['finished'][number] {
  return { uid, task: 'Work', state: 'completed', attempt: 1, maxAttempts: 3, error: undefined, ...more }
}
