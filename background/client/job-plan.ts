import type { Duration } from '../../framework/duration.ts'
import type { NewPlan } from '../engine/reschedule.ts'
import { InvalidOption } from '../errors.ts'
import { attemptsOption, integerOption, priorityOption } from '../option-checks.ts'
import { type Queue, queueName } from '../queue.ts'
import { normalizeOptions } from '../schedule-options.ts'

/** What `reschedule` changes; what is not given stays. */
export interface JobChanges {
  /** A time in the past is now. */
  readonly runAt?: Date | undefined
  /** From now: `'10m'`. Instead of `runAt`. */
  readonly in?: Duration | undefined
  readonly priority?: number | undefined
  /** How many attempts count as used, 0 to 32766: 0 gives all of them back. */
  readonly attempt?: number | undefined
  readonly maxAttempts?: number | undefined
  /** Null takes it out of its queue. */
  readonly queue?: Queue | string | null | undefined
  readonly payload?: unknown
}

const NAMES = ['runAt', 'in', 'priority', 'attempt', 'maxAttempts', 'queue', 'payload']
/** One more has to fit. */
const MOST_USED = 32_766

/**
 * The changes, checked, as the engine takes them; `encode` makes JSON text of a payload.
 *
 * @throws InvalidOption; PayloadNotJson, PayloadTooLarge
 */
export async function planOf(
  changes: JobChanges,
  encode: (payload: unknown) => Promise<string>,
): Promise<NewPlan> {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined)
  const unknown = Object.keys(changes).find(name => !NAMES.includes(name))
  if (unknown !== undefined || given.length === 0)
    throw new InvalidOption(
      unknown === undefined ? 'nothing is to be changed' : `a job's ${unknown} cannot be changed`,
      `give one or more of ${NAMES.join(', ')}`,
    )
  const { priority, attempt, maxAttempts, queue, payload } = changes
  const times = normalizeOptions({ runAt: changes.runAt, in: changes.in })
  return {
    runAt: times.runAt,
    delay: times.delayMs,
    priority: priority === undefined ? undefined : priorityOption(priority),
    attempt: attempt === undefined ? undefined : integerOption('attempt', attempt, 0, MOST_USED),
    maxAttempts: maxAttempts === undefined ? undefined : attemptsOption(maxAttempts),
    queue: queue === undefined || queue === null ? queue : queueName(queue),
    payload: payload === undefined ? undefined : await encode(payload),
  }
}
