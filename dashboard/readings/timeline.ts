import type { AttemptLog, JobRecord, JobState } from '../../background/operator.ts'

/** One state in the life of a job. */
export interface Step {
  readonly state: JobState
  /** When it got there, as far as that is known. */
  readonly at: Date | undefined
  /** How long it was, or has been, in that state, in milliseconds. */
  readonly ms: number | undefined
  /** Whether it is there now, was there, or would get there if all goes well. */
  readonly when: 'past' | 'now' | 'ahead'
}

type Entry = readonly [state: JobState, at: Date | undefined]

/**
 * The life of a job as steps. Of its earlier attempts nothing is kept but their logs, so that only the last one counts; it
 * waits for that since the one before has logged how it ended.
 */
export function timelineOf(job: JobRecord, logs: readonly AttemptLog[], now = Date.now()): Step[] {
  const entries = entriesOf(job, logs)
  const current = entries.findIndex(([state]) => state === job.state)
  return entries.map(([state, at], index) => {
    if (index > current) return { state, at: undefined, ms: undefined, when: 'ahead' }
    const isNow = index === current
    const until = isNow ? (job.finishedAt ? undefined : now) : entries[index + 1]?.[1]?.getTime()
    const ms = at && until !== undefined ? Math.max(0, until - at.getTime()) : undefined
    return { state, at, ms, when: isNow ? 'now' : 'past' }
  })
}

/** The states that it has been in or is to be in, and since when. */
function entriesOf(job: JobRecord, logs: readonly AttemptLog[]): readonly Entry[] {
  const { state, createdAt, runAt, claimedAt, finishedAt, ms, attempt } = job
  const began = finishedAt && ms !== undefined ? new Date(finishedAt.getTime() - ms) : claimedAt
  const failed = attempt - (finishedAt ? 1 : 0)
  const isLater = runAt.getTime() > createdAt.getTime() + 1
  const waiting: readonly Entry[] =
    failed > 0
      ? [['retryable', endOf(failed, logs)]]
      : isLater || state === 'scheduled'
        ? [['scheduled', createdAt]]
        : []
  return [
    ...waiting,
    ['available', isLater ? runAt : createdAt],
    ['running', began],
    [finishedAt ? state : 'completed', finishedAt],
  ]
}

/** The last line of an attempt that failed is what it has thrown. */
function endOf(attempt: number, logs: readonly AttemptLog[]): Date | undefined {
  return logs.findLast(log => log.attempt === attempt)?.lines.at(-1)?.at
}
