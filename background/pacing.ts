import { type Duration, milliseconds } from '../framework/duration.ts'
import { InvalidOption } from './errors.ts'
import type { JobOptions, ScheduleOptions, TaskReference } from './schedule-options.ts'
import type { JobHandle, ResultOfReference, Scheduler } from './scheduler.ts'

/** What `debounce` and `throttle` take besides what is their own: they decide when the job is due. */
type Paced<Reference extends TaskReference> = Omit<ScheduleOptions<Reference>, 'key' | 'in' | 'runAt'> & {
  /** 1 to 512 characters: calls with the same key are one job. */
  readonly key: string
}

/** What `debounce` takes. */
export type DebounceOptions<Reference extends TaskReference> = Paced<Reference> & {
  /** The job runs when there has been no call for so long: `'5s'`. */
  readonly wait: Duration
  /** The job runs at the latest so long after the first call: `'1m'`. Default: it can be put off for ever. */
  readonly maxWait?: Duration | undefined
}

/** What `throttle` takes. */
export type ThrottleOptions<Reference extends TaskReference> = Paced<Reference> & {
  /** One job runs in so much time: `'1m'`. */
  readonly every: Duration
}

/** A scheduler that can also make one job of many calls. */
export interface PacedScheduler extends Scheduler {
  debounce<const Reference extends TaskReference>(
    options: DebounceOptions<Reference>,
  ): Promise<JobHandle<ResultOfReference<Reference>>>
  throttle<const Reference extends TaskReference>(
    options: ThrottleOptions<Reference>,
  ): Promise<JobHandle<ResultOfReference<Reference>>>
}

/** `scheduler`, and what is made of its `schedule`. */
export function paced({ schedule, scheduleMany }: Scheduler): PacedScheduler {
  return {
    schedule,
    scheduleMany,
    debounce: options => schedule(debounced(options)),
    throttle: options => schedule(throttled(options)),
  }
}

/** Options as they are behind their types, which tie payloads to tasks. */
type LooseDebounce = JobOptions & { key: string; wait: Duration; maxWait?: Duration | undefined }
type LooseThrottle = JobOptions & { key: string; every: Duration }

/** A debounced call as one of `schedule`. */
function debounced<Reference extends TaskReference>(
  options: DebounceOptions<Reference>,
): ScheduleOptions<Reference> {
  const { key, wait, maxWait, ...rest } = options as LooseDebounce
  if (maxWait !== undefined && milliseconds(maxWait) < milliseconds(wait)) throw shorter(wait, maxWait)
  return { ...rest, in: wait, key: { name: key, mode: 'replace', maxWait } } as never
}

/** A throttled call as one of `schedule`. */
function throttled<Reference extends TaskReference>(
  options: ThrottleOptions<Reference>,
): ScheduleOptions<Reference> {
  const { key, every, ...rest } = options as LooseThrottle
  return { ...rest, in: every, key: { name: key, mode: 'preserve_run_at' } } as never
}

function shorter(wait: Duration, maxWait: Duration): InvalidOption {
  return new InvalidOption(
    `maxWait is ${maxWait}, which is shorter than wait, ${wait}`,
    'give a longer maxWait',
  )
}
