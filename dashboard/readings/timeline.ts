import type { JobRecord, JobState } from '../../background/operator.ts'

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

/** The life of a job as steps. What happened between its attempts is not kept, so that only the last one counts. */
export function timelineOf(job: JobRecord, now = Date.now()): Step[] {
  const { state, createdAt, runAt, claimedAt, finishedAt, ms, attempt } = job
  const began = finishedAt && ms !== undefined ? new Date(finishedAt.getTime() - ms) : claimedAt
  const isLater = runAt.getTime() > createdAt.getTime() + 1
  const again = attempt > (finishedAt ? 1 : 0)
  const known: readonly (readonly [JobState, Date | undefined])[] = [
    ...(isLater || state === 'scheduled' ? [[again ? 'retryable' : 'scheduled', createdAt] as const] : []),
    ['available', isLater ? runAt : createdAt],
    ['running', began],
    [finishedAt ? state : 'completed', finishedAt],
  ]
  const current = known.findIndex(([name]) => name === state)
  return known.map(([name, at], index) => {
    const until = index < current ? known[index + 1]?.[1]?.getTime() : now
    const isOver = index === current && finishedAt !== undefined
    return {
      state: name,
      at: index <= current ? at : undefined,
      ms:
        index > current || isOver || !at || until === undefined
          ? undefined
          : Math.max(0, until - at.getTime()),
      when: index < current ? 'past' : index === current ? 'now' : 'ahead',
    }
  })
}
