import type { Duration } from '../../framework/duration.ts'
import type { NewPlan } from '../engine/reschedule.ts'
import { InvalidOption } from '../errors.ts'
import { attemptsOption, priorityOption } from '../option-checks.ts'
import { encodePayload } from '../payload.ts'
import { type Queue, queueName } from '../queue.ts'
import { normalizeOptions } from '../schedule-options.ts'

/** What `reschedule` changes; what is not given stays. */
export interface JobChanges {
  /** A time in the past is now. */
  readonly runAt?: Date | undefined
  /** From now: `'10m'`. Instead of `runAt`. */
  readonly in?: Duration | undefined
  readonly priority?: number | undefined
  readonly maxAttempts?: number | undefined
  /** Null takes it out of its queue. */
  readonly queue?: Queue | string | null | undefined
  readonly payload?: unknown
}

const NAMES = ['runAt', 'in', 'priority', 'maxAttempts', 'queue', 'payload']

/**
 * The changes, checked, as the engine takes them.
 *
 * @throws InvalidOption; PayloadNotJson, PayloadTooLarge
 */
export async function planOf(changes: JobChanges): Promise<NewPlan> {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined)
  const unknown = Object.keys(changes).find(name => !NAMES.includes(name))
  if (unknown !== undefined || given.length === 0)
    throw new InvalidOption(
      unknown === undefined ? 'nothing is to be changed' : `a job's ${unknown} cannot be changed`,
      `give one or more of ${NAMES.join(', ')}`,
    )
  const { priority, maxAttempts, queue, payload } = changes
  const times = normalizeOptions({ runAt: changes.runAt, in: changes.in })
  return {
    runAt: times.runAt,
    delay: times.delayMs,
    priority: priority === undefined ? undefined : priorityOption(priority),
    maxAttempts: maxAttempts === undefined ? undefined : attemptsOption(maxAttempts),
    queue: queue === undefined || queue === null ? queue : queueName(queue),
    payload: payload === undefined ? undefined : await encodePayload(undefined, payload),
  }
}
