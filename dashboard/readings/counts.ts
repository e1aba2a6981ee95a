import { JOB_STATES, type JobState, type Overview } from '../../background/operator.ts'

/** A number, and whether there is more that was not counted. */
export interface Capped {
  readonly count: number
  readonly capped: boolean
}

/** About so many of a kind the engine counts; jobs for later are one kind, whether they have failed or not. */
const CAP = 10_000

/** How many jobs are in each state, as far as they were counted. */
export function countsOf({ states, more }: Overview): Readonly<Record<JobState, Capped>> {
  const isLong = states.scheduled + states.retryable >= CAP
  const isCapped = (state: JobState) => {
    if (state === 'completed') return more.completed
    if (state === 'scheduled' || state === 'retryable') return isLong
    return state !== 'running' && states[state] >= CAP
  }
  const entries = JOB_STATES.map(state => {
    const capped = isCapped(state)
    return [state, { count: capped ? Math.min(states[state], CAP) : states[state], capped }]
  })
  return Object.fromEntries(entries)
}
