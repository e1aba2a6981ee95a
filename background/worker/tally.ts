import { after } from '../../framework/clock.ts'
import type { Connection } from '../../framework/connection.ts'
import { addToMinute } from '../engine/minutes.ts'
import { BUCKETS, bucketOf } from '../series.ts'
import type { Report } from './report.ts'

/** Charts are about minutes, and must not be long behind. */
const TELL_MS = 5_000

/**
 * Counts what has been reported, and tells the database of it now and then: a row for each minute, however many jobs.
 * What cannot be told is lost: it is for charts.
 */
export class Tally {
  readonly #connection: Connection
  #worker = ''
  #counts = nothing()
  #takeBack: (() => void) | undefined

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** `worker` has reported it. */
  add({ entries }: Report, worker: string): void {
    this.#worker = worker
    const counts = this.#counts
    for (const { job, verdict, attempt } of entries) {
      if (!attempt || verdict.verb === 'release') continue
      if (verdict.verb === 'complete' || verdict.verb === 'none') counts.completed++
      else if (verdict.entry.again !== null) counts.failed++
      else counts.ended++
      count(counts.ms, attempt.ms)
      count(counts.waited, job.waited)
    }
    this.#takeBack ??= after(TELL_MS, () => void this.tell())
  }

  async tell(): Promise<void> {
    this.#takeBack?.()
    this.#takeBack = undefined
    const counts = this.#counts
    this.#counts = nothing()
    if (counts.completed + counts.failed + counts.ended === 0) return
    await addToMinute(this.#connection, this.#worker, counts).catch(() => {})
  }
}

function nothing() {
  const none = () => new Array<number>(BUCKETS).fill(0)
  return { completed: 0, failed: 0, ended: 0, ms: none(), waited: none() }
}

function count(counts: number[], ms: number): void {
  const bucket = bucketOf(ms)
  counts[bucket] = (counts[bucket] ?? 0) + 1
}
