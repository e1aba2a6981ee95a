import type { Connection } from '../../framework/connection.ts'
import type { Call } from '../../framework/executor.ts'
import type { ClaimedJob } from '../engine/claimed-job.ts'
import { type Closing, NOTHING_TO_CLOSE, type Slot } from '../engine/closing.ts'
import { type Completion, complete, idsOf } from '../engine/complete.ts'
import { type Failure, fail } from '../engine/fail.ts'
import { type Release, release } from '../engine/release.ts'
import { holdsLease } from '../engine/worker-lease.ts'
import type { Attempt } from './executor.ts'
import type { Verdict } from './verdict.ts'

/** What the database is told about a job. */
export interface Entry {
  readonly job: ClaimedJob
  readonly verdict: Verdict
  /** How it went; none for a job that was not started. */
  readonly attempt: Attempt | undefined
}

/** Outcomes that go to the database together. */
export class Report {
  readonly entries: Entry[]
  readonly claims: string[]
  readonly slots: Slot[]
  /** Sent before with unknown effect. */
  repeated = false
  /** How often the database refused what is in it. */
  refusals = 0

  constructor(entries: Entry[] = [], end: Closing = NOTHING_TO_CLOSE) {
    this.entries = entries
    this.claims = [...end.claims]
    this.slots = [...end.slots]
  }

  get isEmpty(): boolean {
    return this.entries.length === 0 && this.claims.length === 0 && this.slots.length === 0
  }

  get hasReleases(): boolean {
    return this.entries.some(({ verdict }) => verdict.verb === 'release')
  }

  /** The same in two halves, to be sent one after the other: the second closes what nothing is left of. */
  halves(): [Report, Report] {
    const middle = this.entries.length >> 1
    return [new Report(this.entries.slice(0, middle)), new Report(this.entries.slice(middle), this)]
  }

  /**
   * Answers which jobs were not ours any more. What is missing from the answer to a repeated report was done the first
   * time, but only as long as the lease holds: after that it may be missing because others have it.
   */
  async send(connection: Connection, worker: string): Promise<readonly string[]> {
    const missing = (await connection.runTogether(this.#calls(worker))).flatMap(idsOf)
    if (!this.repeated || missing.length === 0) return missing
    return (await holdsLease(connection, worker)) ? [] : missing
  }

  /** The statements to send in one transaction; the last one closes what nothing is left of. */
  #calls(worker: string): Call[] {
    const { completions, failures, releases } = sorted(this.entries)
    const verbs: ((end: Closing) => Call)[] = []
    if (completions.length > 0) verbs.push(end => complete(worker, completions, end))
    if (failures.length > 0) verbs.push(end => fail(worker, failures, end))
    if (releases.length > 0) verbs.push(end => release(worker, releases, end))
    if (verbs.length === 0) verbs.push(end => release(worker, [], end))
    return verbs.map((verb, index) => verb(index === verbs.length - 1 ? this : NOTHING_TO_CLOSE))
  }
}

function sorted(entries: readonly Entry[]) {
  const completions: Completion[] = []
  const failures: Failure[] = []
  const releases: Release[] = []
  for (const { verdict } of entries) {
    if (verdict.verb === 'complete') completions.push(verdict.entry)
    else if (verdict.verb === 'fail') failures.push(verdict.entry)
    else if (verdict.verb === 'release') releases.push(verdict.entry)
  }
  return { completions, failures, releases }
}
