import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Duration } from '../framework/duration.ts'
import { type Backoff, type Delay, delayFrom } from './backoff.ts'
import { type TaskCron, taskCrons } from './cron.ts'
import { InvalidOption, InvalidTaskFile } from './errors.ts'
import { nameOf, stampName } from './identity.ts'
import { MAX_ATTEMPTS } from './job.ts'
import {
  attemptsOption,
  durationOption,
  flagOption,
  priorityOption,
  tagsOption,
  textOption,
} from './option-checks.ts'
import { type Queue, queueName } from './queue.ts'
import type { TaskContext } from './task-context.ts'

/**
 * A task as a plain function.
 *
 * @example
 * const SendEmail: Task<{ to: string }> = async ({ to }, { log }) => log.info(`sending to ${to}`)
 */
// biome-ignore lint/suspicious/noExplicitAny: `Task` without a payload type leaves the payload open
export type Task<Payload = any, Result = unknown> = (
  payload: Payload,
  context: TaskContext,
) => Result | Promise<Result>

declare const types: unique symbol

/** A task made by {@link task} with a schema: takes `Input` when scheduled, gets `Parsed` when run. */
export interface DefinedTask<Input, Parsed, Result> {
  (payload: Parsed, context: TaskContext): Promise<Result>
  /** Only for the compiler. */
  readonly [types]: { readonly input: Input; readonly result: Result }
}

/** Any task, whatever it takes. */
// biome-ignore lint/suspicious/noExplicitAny: the least that every task fulfils, and no obstacle to inference
export type AnyTask = (payload: any, context: any) => any

/** What a task is given when it is scheduled; `void` for a task without payload. */
export type PayloadOf<T> = T extends { readonly [types]: { readonly input: infer Input } }
  ? Input
  : T extends (...args: infer Args) => unknown
    ? Args extends []
      ? void
      : Args[0]
    : never

/** What a task returns. */
export type ResultOf<T> = T extends { readonly [types]: { readonly result: infer Result } }
  ? Result
  : T extends (...args: never) => infer Result
    ? Awaited<Result>
    : never

/** How the jobs of a task are treated, unless `schedule` says otherwise for one of them. */
export interface TaskOptions {
  /** The task's name, for a task outside `tasks/` or one whose file was renamed while jobs wait. */
  readonly name?: string | undefined
  /** The queue its jobs go to. Default: none, they all run in parallel. */
  readonly queue?: Queue | string | undefined
  /** How often a job is tried before it is discarded, 1 to 32767. Default 25. */
  readonly maxAttempts?: number | undefined
  /** Lower runs first, -32768 to 32767. Default 0. */
  readonly priority?: number | undefined
  /** The wait after a failed attempt. Default: from 3 s growing to 6 h. */
  readonly backoff?: Backoff | undefined
  /** How long an attempt may take before it counts as failed and its signal aborts. Default: no limit. */
  readonly timeout?: Duration | undefined
  /** How long a finished job is kept, `0` for not at all. Default: the configuration's, 7 days. */
  readonly retention?: Duration | undefined
  /** Words to find its jobs by: at most 16, of at most 64 characters each. */
  readonly tags?: readonly string[] | undefined
  /**
   * Whether the task runs in a transaction of the app's database: what `query`, `transaction` and `schedule` write there
   * commits together with the completion of its job, or not at all. Takes a connection of the pool while it runs.
   * Default: false.
   */
  readonly transactional?: boolean | undefined
  /** When it runs by itself, in one way or several: `'0 8 * * MON-FRI'`, `{ expression: '@daily', timeZone: 'Europe/Warsaw' }`. */
  readonly cron?: string | TaskCron | readonly (string | TaskCron)[] | undefined
}

/** A task in the one shape that the rest of the house works with: every option checked, every default filled in. */
export interface TaskDefinition {
  readonly name: string
  readonly schema: StandardSchemaV1 | undefined
  readonly queue: string | undefined
  readonly maxAttempts: number
  readonly priority: number
  /** Milliseconds to wait after attempt number `attempt` failed with `error`. */
  readonly backoff: Delay
  /** Milliseconds; none is no limit. */
  readonly timeout: number | undefined
  /** Milliseconds; none leaves it to the configuration. */
  readonly retention: number | undefined
  readonly tags: readonly string[]
  /** Whether it runs in a transaction that also completes its job. */
  readonly transactional: boolean
  /** None for a task that runs only when a job is scheduled. */
  readonly cron: readonly TaskCron[] | undefined
  run(payload: unknown, context: TaskContext): unknown
}

const RUN_HINT = 'run is the function that does the work: async run(payload, context) { … }'
const optionsKey: unique symbol = Symbol.for('kretes.task.options') as never
const definitions = new WeakMap<object, TaskDefinition>()

/**
 * A task with options. With a `payload` schema (any Standard Schema: zod, valibot, arktype) what `schedule` takes and
 * what `run` gets follow from it; without one the type of `run`'s first parameter decides.
 *
 * @throws InvalidOption at once, when an option's value means nothing.
 * @example
 * // tasks/SendReport.ts
 * export default task({
 *   payload: z.object({ userId: z.int(), locale: z.string().default('en') }),
 *   maxAttempts: 5,
 *   timeout: '30s',
 *   async run({ userId, locale }, { log }) { log.info(`report for ${userId} in ${locale}`) },
 * })
 */
export function task<Schema extends StandardSchemaV1, Result>(
  options: TaskOptions & {
    readonly payload: Schema
    run(payload: StandardSchemaV1.InferOutput<Schema>, context: TaskContext): Result | Promise<Result>
  },
): DefinedTask<StandardSchemaV1.InferInput<Schema>, StandardSchemaV1.InferOutput<Schema>, Result>
// biome-ignore lint/suspicious/noExplicitAny: leaves the payload to the type that `run` itself declares
export function task<Run extends (payload: any, context: TaskContext) => unknown>(
  options: TaskOptions & { readonly payload?: undefined; readonly run: Run },
): Run
export function task(options: OptionsOfTask & { run: TaskDefinition['run'] }): TaskDefinition['run'] {
  settingsOf(options)
  if (typeof options.run !== 'function') throw new InvalidOption(`run is ${kindOf(options.run)}`, RUN_HINT)
  const made = Object.assign((payload: unknown, context: TaskContext) => options.run(payload, context), {
    [optionsKey]: options,
  })
  if (options.name !== undefined) stampName(made, textOption('name', options.name, 128))
  return made
}

type OptionsOfTask = TaskOptions & { readonly payload?: StandardSchemaV1 | undefined }

/**
 * What `candidate`, found under `name`, is as a task.
 *
 * @throws InvalidTaskFile when it is no function.
 */
export function define(candidate: unknown, name: string): TaskDefinition {
  if (typeof candidate !== 'function') throw notATask(name, `is ${kindOf(candidate)}`)
  if (isClass(candidate)) throw notATask(name, 'is a class')
  const options = (candidate as { [optionsKey]?: OptionsOfTask })[optionsKey] ?? {}
  return { name, ...settingsOf(options), run: candidate as TaskDefinition['run'] }
}

/**
 * The definition of a task that has a name; made once per task.
 *
 * @throws UnnamedTask
 */
export function definitionOf(task: AnyTask): TaskDefinition {
  const remembered = definitions.get(task)
  if (remembered) return remembered
  const definition = define(task, nameOf(task))
  definitions.set(task, definition)
  return definition
}

function settingsOf(options: OptionsOfTask): Omit<TaskDefinition, 'name' | 'run'> {
  const { payload, queue, backoff, timeout, retention, cron } = options
  const { maxAttempts = MAX_ATTEMPTS, priority = 0, tags = [], transactional = false } = options
  return {
    schema: payload,
    queue: queue === undefined ? undefined : queueName(queue),
    maxAttempts: attemptsOption(maxAttempts),
    priority: priorityOption(priority),
    backoff: delayFrom(backoff),
    timeout: timeout === undefined ? undefined : durationOption('timeout', timeout),
    retention: retention === undefined ? undefined : durationOption('retention', retention),
    tags: tagsOption(tags),
    transactional: flagOption('transactional', transactional),
    cron: cron === undefined ? undefined : taskCrons(cron),
  }
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function isClass(candidate: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(candidate))
}

function notATask(name: string, reason: string): InvalidTaskFile {
  const hint = 'a task is a function, (payload, context) => …, or what task({ run }) returns'
  return new InvalidTaskFile(name, `${reason}, not a task`, hint)
}
