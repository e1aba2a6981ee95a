import type { Duration } from '../framework/duration.ts'
import { checkCronOption, refuseContradictions, refuseUnknown } from './cron-checks.ts'
import type { KeyMode } from './key.ts'
import { encodePayload, PAYLOAD_LIMIT, type PayloadTask } from './payload.ts'
import type { Queue } from './queue.ts'

/** What becomes of ticks that fell due while nothing was running: nothing, one job for all of them, or a job each. */
export type MissedPolicy = 'skip' | 'once' | 'all'

/** Where an entry is defined: in the code, which each worker brings into the database, or at run time. */
export type CronSource = 'crontab' | 'config' | 'task' | 'dynamic'

/** When a task is to run again and again, as `task({ cron })` takes it. */
export interface TaskCron {
  /**
   * Minute, hour, day of the month, month and day of the week, with seconds in front if there are six: `'0 8 * * MON-FRI'`,
   * `'30 0 8 * * *'`; or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`. When both days are restricted,
   * either will do.
   */
  readonly expression: string
  /** The IANA time zone in which it is meant: `'Europe/Warsaw'`. Default: `'UTC'`. */
  readonly timeZone?: string | undefined
  /** 1 to 128 characters, different for each entry. Default: the task's name. */
  readonly name?: string | undefined
  /** What the task gets; an object also gets `_cron: { ts, backfilled }`. Default: `{}`. */
  readonly payload?: unknown
  /** Default: the task's, or none. */
  readonly queue?: Queue | string | undefined
  /** Default: the task's, or 0. */
  readonly priority?: number | undefined
  /** Default: the task's, or 25. */
  readonly maxAttempts?: number | undefined
  /** A job key: a tick replaces the job of the one before if that still waits. */
  readonly key?: string | undefined
  /** What a tick does when a job with the key waits already. Default: `'replace'`. */
  readonly keyMode?: KeyMode | undefined
  /** What to do about missed ticks. Default: `'skip'`, or `'all'` when `fill` is given. */
  readonly missed?: MissedPolicy | undefined
  /** How far back missed ticks are made up for: `'4h'`. Default: as far as the entry is known. */
  readonly fill?: Duration | undefined
  /** How many missed ticks are made up for at most, the newest of them, 1 to 1000. Default: 100. */
  readonly cap?: number | undefined
}

/** A recurring schedule as the configuration and the run-time functions take it. */
export interface CronOptions extends TaskCron {
  /** The name of the task to run. */
  readonly task: string
}

/** What is to become of missed ticks, checked. */
export interface CronPolicy {
  readonly missed: MissedPolicy
  /** Milliseconds; none is no limit. */
  readonly fill: number | undefined
  readonly cap: number
}

/** {@link CronOptions} checked and with defaults, in the units that the engine stores. */
export interface CronEntry extends CronPolicy {
  readonly name: string
  readonly task: string
  readonly expression: string
  readonly timeZone: string
  /** JSON text. */
  readonly payload: string
  readonly queue: string | undefined
  readonly priority: number | undefined
  readonly maxAttempts: number | undefined
  readonly key: string | undefined
  readonly keyMode: KeyMode
  readonly tags: readonly string[]
  readonly source: CronSource
}

const DEFAULT_CAP = 100

/**
 * The entry that `options` describe.
 *
 * @throws InvalidOption for an option that is unknown, means nothing or contradicts another.
 */
export function cronEntry(options: CronOptions, source: CronSource): CronEntry {
  refuseUnknown(options)
  refuseContradictions(options)
  const given = <Option extends keyof CronOptions>(option: Option) =>
    options[option] === undefined ? undefined : checkCronOption(option, options[option])
  const task = checkCronOption('task', options.task)
  const fill = given('fill')
  return {
    name: given('name') ?? task,
    task,
    expression: checkCronOption('expression', options.expression),
    timeZone: given('timeZone') ?? 'UTC',
    payload: checkCronOption('payload', options.payload),
    queue: given('queue'),
    priority: given('priority'),
    maxAttempts: given('maxAttempts'),
    key: given('key'),
    keyMode: given('keyMode') ?? 'replace',
    tags: [],
    missed: given('missed') ?? (fill ? 'all' : 'skip'),
    fill: fill || undefined,
    cap: given('cap') ?? DEFAULT_CAP,
    source,
  }
}

/**
 * The entries of a task, each without its name and with every other option checked.
 *
 * @throws InvalidOption
 */
export function taskCrons(cron: unknown): readonly TaskCron[] {
  const all = (Array.isArray(cron) ? cron : [cron]).map(one =>
    typeof one === 'string' ? { expression: one } : one,
  )
  for (const one of all) cronEntry({ ...one, task: 'task' }, 'task')
  return all
}

/** What a task says about its jobs, as far as an entry needs to know it. */
interface TaskOfEntry extends PayloadTask {
  readonly queue: string | undefined
  readonly priority: number
  readonly maxAttempts: number
  readonly tags: readonly string[]
}

/**
 * The entry with what its task says where it says nothing. The task's schema judges the payload as jobs will get it;
 * a task that is not at hand says and judges nothing.
 *
 * @throws InvalidPayload, PayloadTooLarge
 */
export async function completeEntry(
  entry: CronEntry,
  task: TaskOfEntry | undefined,
  limit: number = PAYLOAD_LIMIT,
): Promise<CronEntry> {
  await encodePayload(task, payloadOfTick(entry.payload), { limit })
  return {
    ...entry,
    queue: entry.queue ?? task?.queue,
    priority: entry.priority ?? task?.priority,
    maxAttempts: entry.maxAttempts ?? task?.maxAttempts,
    tags: task?.tags ?? [],
  }
}

/** The payload of a job that an entry with this payload schedules; its tick is known to the job. */
export function payloadOfTick(text: string): unknown {
  const payload: unknown = JSON.parse(text)
  const isObject = typeof payload === 'object' && payload !== null && !Array.isArray(payload)
  return isObject ? { ...payload, _cron: { ts: new Date().toISOString(), backfilled: false } } : payload
}
