import { type Emitter, factsOf, type JobFacts } from '../events.ts'
import { DiscardJob } from '../outcome.ts'
import type { Attempt } from './executor.ts'
import type { Entry, Report } from './report.ts'
import type { Verdict } from './verdict.ts'

/** Tells listeners what the database agreed to, and what it did not: the jobs that were `lost` to others. */
export function tell(events: Emitter, report: Report, lost: readonly string[]): void {
  const stale = lost.length === 0 ? undefined : new Set(lost)
  for (const entry of report.entries) {
    if (stale?.has(entry.job.id)) tellStale(events, entry)
    else if (entry.attempt) tellOutcome(events, entry.verdict, entry.attempt)
    else if (entry.verdict.verb === 'release') events.emit('job:released', { job: factsOf(entry.job) })
  }
}

/** Tells that the job was taken away before its outcome got through. */
export function tellStale(events: Emitter, { attempt }: Entry): void {
  if (attempt) events.emit('job:stale', { job: factsOf(attempt.job), outcome: attempt.outcome.kind })
}

/** Tells that a job has ended although no attempt of it has, and `why`: here, because here that was found out. */
export function tellDiscarded(events: Emitter, job: JobFacts, why: string): void {
  const [error, reason] = [new DiscardJob(why), why]
  events.emit('job:discarded', { job: factsOf(job), ms: 0, waited: 0, error, reason })
}

function tellOutcome(events: Emitter, verdict: Verdict, attempt: Attempt): void {
  const { outcome, ms } = attempt
  if (outcome.kind === 'completed' && !events.hears('job:completed')) return
  const { waited } = attempt.job
  const job = factsOf(attempt.job)
  switch (outcome.kind) {
    case 'completed':
      return events.emit('job:completed', { job, ms, waited, result: outcome.result })
    case 'failed': {
      const again = againOf(verdict)
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
      return events.emit('job:snoozed', {
        ...{ job, ms, again: outcome.ms },
        ...(outcome.error !== undefined && { error: outcome.error }),
      })
    case 'released':
      return events.emit('job:released', { job })
  }
}

/** Milliseconds until the job comes again; null when it does not. */
export function againOf(verdict: Verdict): number | null {
  if (verdict.verb !== 'fail') return null
  const { again } = verdict.entry
  return again instanceof Date ? Math.max(0, again.getTime() - Date.now()) : again
}
