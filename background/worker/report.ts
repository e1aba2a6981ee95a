import type { Call } from '../../framework/connection.ts'
import { type Closing, NOTHING_TO_CLOSE, type Slot } from '../engine/closing.ts'
import { type Completion, complete } from '../engine/complete.ts'
import { type Failure, fail } from '../engine/fail.ts'
import { type Release, release } from '../engine/release.ts'
import type { Attempt } from './executor.ts'
import type { Verdict } from './verdict.ts'

/** Outcomes that go to the database together. */
export class Report {
  readonly attempts: Attempt[] = []
  readonly completions: Completion[] = []
  readonly failures: Failure[] = []
  readonly releases: Release[] = []
  readonly claims: string[] = []
  readonly slots: Slot[] = []
  /** Sent before with unknown effect: what is missing from the answer may have been done the first time. */
  repeated = false

  get isEmpty(): boolean {
    return this.size === 0 && this.claims.length === 0
  }

  get size(): number {
    return this.completions.length + this.failures.length + this.releases.length
  }

  add(verdict: Verdict): void {
    if (verdict.verb === 'complete') this.completions.push(verdict.entry)
    else if (verdict.verb === 'fail') this.failures.push(verdict.entry)
    else this.releases.push(verdict.entry)
  }

  /** The statements to send in one transaction; the last one closes what nothing is left of. */
  calls(worker: string): Call[] {
    const verbs: ((end: Closing) => Call)[] = []
    if (this.completions.length > 0) verbs.push(end => complete(worker, this.completions, end))
    if (this.failures.length > 0) verbs.push(end => fail(worker, this.failures, end))
    if (this.releases.length > 0) verbs.push(end => release(worker, this.releases, end))
    if (verbs.length === 0) verbs.push(end => release(worker, [], end))
    return verbs.map((verb, index) => verb(index === verbs.length - 1 ? this : NOTHING_TO_CLOSE))
  }
}
