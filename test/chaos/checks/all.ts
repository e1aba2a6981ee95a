import { attemptNumbers } from './attempt-numbers.ts'
import type { Check, Evidence, Violation } from './check.ts'
import { conservation } from './conservation.ts'
import { cronTicks } from './cron-ticks.ts'
import { dueTimes } from './due-times.ts'
import { finishedOnce } from './finished-once.ts'
import { leases } from './leases.ts'
import { memory } from './memory.ts'
import { processes } from './processes.ts'
import { queueLimits } from './queue-limits.ts'
import { queueOrder } from './queue-order.ts'
import { quiet } from './quiet.ts'
import { rateLimits } from './rate-limits.ts'
import { recovery } from './recovery.ts'
import { refusals } from './refusals.ts'
import { transactions } from './transactions.ts'
import { workerLimits } from './worker-limits.ts'

export const CHECKS = {
  conservation,
  'finished once': finishedOnce,
  transactions,
  'queue limits': queueLimits,
  'queue order': queueOrder,
  'worker limits': workerLimits,
  'rate limits': rateLimits,
  'due times': dueTimes,
  'cron ticks': cronTicks,
  attempts: attemptNumbers,
  refusals,
  leases,
  recovery,
  quiet,
  processes,
  memory,
} satisfies Record<string, Check>

export type CheckName = keyof typeof CHECKS

/** What each check has found; those that found nothing are left out. */
export function judge(evidence: Evidence): ReadonlyMap<CheckName, readonly Violation[]> {
  const found = Object.entries(CHECKS).map(([name, check]) => [name as CheckName, check(evidence)] as const)
  return new Map(found.filter(([, violations]) => violations.length > 0))
}
