import type { Duration } from '../../framework/duration.ts'
import { InvalidOption } from '../errors.ts'
import { attemptsOption, priorityOption } from '../option-checks.ts'
import { normalizeOptions } from '../schedule-options.ts'

/** What `Jobs.reschedule` changes; what is not given stays. */
export interface JobChanges {
  /** A time in the past is now. */
  readonly runAt?: Date | undefined
  /** From now: `'10m'`. Instead of `runAt`. */
  readonly in?: Duration | undefined
  readonly priority?: number | undefined
  readonly maxAttempts?: number | undefined
}

/** What is to be changed, checked. @throws InvalidOption */
export function planOf(changes: JobChanges) {
  const { priority, maxAttempts, runAt, in: wait } = changes
  const unknown = Object.keys(changes).find(
    name => !['priority', 'maxAttempts', 'runAt', 'in'].includes(name),
  )
  const isNothing = [priority, maxAttempts, runAt, wait].every(value => value === undefined)
  if (unknown !== undefined || isNothing)
    throw new InvalidOption(
      unknown === undefined ? 'nothing is to be changed' : `a job's ${unknown} cannot be changed`,
      'give one or more of runAt, in, priority, maxAttempts',
    )
  const times = normalizeOptions({ runAt, in: wait })
  return {
    runAt: times.runAt,
    delay: times.delayMs,
    priority: priority === undefined ? undefined : priorityOption(priority),
    maxAttempts: maxAttempts === undefined ? undefined : attemptsOption(maxAttempts),
  }
}
