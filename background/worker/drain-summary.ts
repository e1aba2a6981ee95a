import type { Outcome } from '../outcome.ts'
import type { Attempt } from './executor.ts'

type Counted = Exclude<Outcome['kind'], 'released'>

/** How many of `attempts` ended how. @throws the first error of a task, unless it is `safe` from that. */
export function summaryOf(attempts: readonly Attempt[], safe: boolean): Record<Counted, number> {
  const drained = { completed: 0, failed: 0, snoozed: 0, cancelled: 0, discarded: 0 }
  for (const { outcome, job } of attempts) {
    if (outcome.kind === 'failed' && !safe) throw outcome.error
    const isLast = outcome.kind === 'failed' && job.attempt >= job.maxAttempts
    if (outcome.kind !== 'released') drained[isLast ? 'discarded' : outcome.kind]++
  }
  return drained
}
