import type { JobState, Overview } from '../../../background/operator.ts'
import { humanDuration } from '../../../framework/duration.ts'
import { type Paint, plural } from '../../output.ts'

/** `17`, or `10000+` where there are more than were counted. */
export function countOf(state: JobState, { states, more }: Overview): string {
  const isMore =
    state === 'completed'
      ? more.completed
      : ['scheduled', 'available', 'retryable'].includes(state) && more.unfinished
  return `${states[state]}${isMore ? '+' : ''}`
}

/** `2 workers, 7 of 20 slots taken; the next job has been due for 3s` */
export function workersLine({ workers, waited }: Overview, paint: Paint): string {
  const { alive, lost, slots, taken } = workers
  const parts = [
    alive === 0
      ? paint('yellow', 'no worker is running')
      : `${plural(alive, 'worker')}, ${plural(taken, 'job')} in ${plural(slots, 'slot')}`,
  ]
  if (lost > 0) parts.push(paint('red', `${lost} lost`))
  if (waited !== undefined) parts.push(`the next job has been due for ${humanDuration(waited)}`)
  return parts.join('; ')
}
