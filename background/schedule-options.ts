import type { Duration } from '../framework/duration.ts'
import { InvalidOption } from './errors.ts'
import { MAX_ATTEMPTS } from './job.ts'
import type { JsonSafe } from './json.ts'
import { type JobKey, jobKey, type KeyOption } from './key.ts'
import { attemptsOption, durationOption, flagsOption, priorityOption, tagsOption } from './option-checks.ts'
import { type Queue, queueName } from './queue.ts'
import type { AnyTask, PayloadOf, Task, TaskDefinition } from './task.ts'
import type { TaskName, Tasks } from './tasks.ts'

/** How one job is to be treated. What is not given comes from the task's own options. */
export interface JobOptions {
  /** The lane it waits in; jobs of one queue run one at a time, in order. Default: the task's, or none. */
  readonly queue?: Queue | string | undefined
  /** Not before this time. A time in the past is now. Default: now. */
  readonly runAt?: Date | undefined
  /** Not before this much time has passed: `'10m'`. Instead of `runAt`. */
  readonly in?: Duration | undefined
  /** Lower runs first, -32768 to 32767. Default: the task's, or 0. */
  readonly priority?: number | undefined
  /** How often it is tried before it is discarded, 1 to 32767. Default: the task's, or 25. */
  readonly maxAttempts?: number | undefined
  /**
   * 1 to 512 characters that name this piece of work, so that it waits only once: `'report:7'`. What becomes of the
   * job that waits under it says its mode: `{ name: 'report:7', mode: 'preserve_run_at' }`. Default mode: `'replace'`.
   */
  readonly key?: KeyOption | undefined
  /** Words to find it by, beside those of its task: at most 16, of at most 64 characters each. */
  readonly tags?: readonly string[] | undefined
  /** Words by which workers leave it alone for a while, see `forbiddenFlags`: at most 16, of at most 64 characters each. */
  readonly flags?: readonly string[] | undefined
}

/** How `schedule` is told which task: the task itself, or its name. */
export type TaskReference = AnyTask | TaskName

/** What a task takes, told by the task or by its name in the generated {@link Tasks}; anything for a name not in it. */
export type PayloadOfReference<Reference> = Reference extends keyof Tasks
  ? PayloadOf<Tasks[Reference]>
  : PayloadOf<Reference extends string ? Task : Reference>

/** The `payload` property: absent for a task without payload, optional where `{}` will do, else required. */
export type PayloadArgument<Payload> = 0 extends 1 & Payload
  ? { readonly payload?: Payload }
  : [Payload] extends [void]
    ? { readonly payload?: undefined }
    : Record<never, never> extends Exclude<Payload, undefined>
      ? { readonly payload?: JsonSafe<Payload> | undefined }
      : { readonly payload: JsonSafe<Exclude<Payload, undefined>> }

/** What `schedule` takes for the task `Reference`. */
export type ScheduleOptions<Reference extends TaskReference> = { readonly task: Reference } & PayloadArgument<
  PayloadOfReference<Reference>
> &
  JobOptions

/** {@link JobOptions} checked, in the units that the engine stores, with the task's own options filled in. */
export interface NormalizedOptions {
  readonly queue: string | undefined
  /** Milliseconds from now, by the database's clock. */
  readonly delayMs: number | undefined
  readonly runAt: Date | undefined
  readonly priority: number
  readonly maxAttempts: number
  readonly key: JobKey | undefined
  readonly tags: readonly string[]
  readonly flags: readonly string[]
}

/** What the options fall back to for a job of a task whose code is not at hand. */
const DEFAULTS: TaskDefaults = { queue: undefined, priority: 0, maxAttempts: MAX_ATTEMPTS, tags: [] }
const NONE: readonly string[] = []
const EARLIEST = Date.parse('0001-01-01')
const LATEST = Date.parse('9999-12-31')

type TaskDefaults = Pick<TaskDefinition, 'queue' | 'priority' | 'maxAttempts' | 'tags'>

/**
 * The options of one job, checked, with what its task says where they say nothing.
 *
 * @throws InvalidOption
 */
export function normalizeOptions(options: JobOptions, task: TaskDefaults = DEFAULTS): NormalizedOptions {
  const { queue, runAt, in: wait, priority, maxAttempts, key, tags, flags } = options
  if (runAt !== undefined && wait !== undefined) throw twoTimes()
  return {
    queue: queue === undefined ? task.queue : queueName(queue),
    delayMs: wait === undefined ? undefined : durationOption('in', wait),
    runAt: runAt === undefined ? undefined : timeOption(runAt),
    priority: priority === undefined ? task.priority : priorityOption(priority),
    maxAttempts: maxAttempts === undefined ? task.maxAttempts : attemptsOption(maxAttempts),
    key: key === undefined ? undefined : jobKey(key),
    tags: tags === undefined ? task.tags : tagsOption([...new Set([...task.tags, ...tagsOption(tags)])]),
    flags: flags === undefined ? NONE : flagsOption(flags),
  }
}

function timeOption(runAt: unknown): Date {
  const time = runAt instanceof Date ? runAt.getTime() : Number.NaN
  if (time >= EARLIEST && time <= LATEST) return runAt as Date
  const hint = "runAt is a Date in the years 1 to 9999; for a time from now write in: '10m'"
  throw new InvalidOption(`runAt is ${runAt instanceof Date ? runAt : typeof runAt}`, hint)
}

function twoTimes(): InvalidOption {
  return new InvalidOption(
    'both runAt and in are given',
    'give runAt for a time of day, or in for a time from now',
  )
}
