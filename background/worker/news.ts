import type { Emitter } from '../events.ts'
import type { Attempt } from './executor.ts'
import type { Report } from './report.ts'

/** Tells listeners what the database agreed to, and what it did not. */
export function tell(events: Emitter, report: Report, agreed: readonly string[]): void {
  const ours = agreed.length === report.size || report.repeated ? undefined : new Set(agreed)
  for (const attempt of report.attempts) {
    if (ours && !ours.has(attempt.job.id))
      events.emit('job:stale', { job: attempt.job, outcome: attempt.outcome.kind })
    else tellOutcome(events, report, attempt)
  }
}

function tellOutcome(events: Emitter, report: Report, { job, outcome, ms }: Attempt): void {
  const waited = Math.max(0, job.claimedAt - job.runAt)
  switch (outcome.kind) {
    case 'completed':
      if (events.hears('job:completed'))
        events.emit('job:completed', { job, ms, waited, result: outcome.result })
      return
    case 'failed': {
      const again = againOf(report, job.id)
      if (again === null) {
        const reason = `attempt ${job.attempt} of ${job.maxAttempts} failed`
        return events.emit('job:discarded', { job, ms, waited, error: outcome.error, reason })
      }
      return events.emit('job:failed', { job, ms, waited, error: outcome.error, again })
    }
    case 'discarded':
      return events.emit('job:discarded', { job, ms, waited, error: outcome.error, reason: outcome.reason })
    case 'cancelled':
      return events.emit('job:cancelled', { job, ms, reason: outcome.reason })
    case 'snoozed':
      return events.emit('job:snoozed', { job, ms, again: outcome.ms })
    case 'released':
      return events.emit('job:released', { job })
  }
}

function againOf(report: Report, id: string): number | null {
  const again = report.failures.find(failure => failure.id === id)?.again ?? null
  return again instanceof Date ? Math.max(0, again.getTime() - Date.now()) : again
}
