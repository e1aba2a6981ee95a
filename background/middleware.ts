import { BackgroundError } from './errors.ts'
import type { JobOptions } from './schedule-options.ts'
import type { TaskContext } from './task-context.ts'

/** A job that is being scheduled, as it was given: nothing of it has been checked yet. */
export interface JobRequest extends JobOptions {
  /** The name of its task. */
  readonly task: string
  readonly payload: unknown
}

/**
 * Something that belongs around every job: tracing, timing, a tenant in an `AsyncLocalStorage`. Each function calls
 * `next` once. What it returns does not matter: a job has the result of its task, and `schedule` its handle. What it
 * throws does: then nothing is scheduled, or the attempt has failed. An error of `next` stands, also when it is caught.
 *
 * @example
 * const timing: Middleware = {
 *   async run({ task, log }, next) {
 *     const since = performance.now()
 *     await next()
 *     log.info(`${task} took ${performance.now() - since} ms`)
 *   },
 * }
 */
export interface Middleware {
  /**
   * Around the scheduling of a job in TypeScript. What is given to `next` instead of the job is checked and scheduled
   * in its place; only its task stays. `next` resolves when the database has it.
   */
  schedule?(job: JobRequest, next: (job?: JobRequest) => Promise<unknown>): unknown
  /** Around an attempt. `next` resolves with what the task returned. */
  run?(context: TaskContext, next: () => Promise<unknown>): unknown
}

export function isMiddleware(value: unknown): value is Middleware {
  if (typeof value !== 'object' || value === null) return false
  const { schedule, run } = value as Record<keyof Middleware, unknown>
  const given = [schedule, run].filter(layer => layer !== undefined)
  return given.length > 0 && given.every(layer => typeof layer === 'function')
}

/** Functions of middleware, the first is the outermost. */
export type Layers<Subject> = readonly Layer<Subject>[]

type Layer<Subject> = (subject: Subject, next: (changed?: Subject) => Promise<unknown>) => unknown

/** What is around scheduling; undefined when nothing is, so that nobody pays for it. */
export function layersOfSchedule(middleware: readonly Middleware[]): Layers<JobRequest> | undefined {
  const layers = middleware.flatMap(one => one.schedule?.bind(one) ?? [])
  return layers.length > 0 ? layers : undefined
}

/** What is around attempts; undefined when nothing is. */
export function layersOfRun(middleware: readonly Middleware[]): Layers<TaskContext> | undefined {
  const layers = middleware.flatMap(one => one.run?.bind(one) ?? [])
  return layers.length > 0 ? layers : undefined
}

/**
 * Does `work` inside of `layers`; answers with what `work` answers.
 *
 * @throws BackgroundError `MIDDLEWARE_NEXT` when one of them does not call `next`, or does so twice.
 */
export async function through<Subject, Value>(
  layers: Layers<Subject>,
  subject: Subject,
  work: (subject: Subject) => Value | Promise<Value>,
): Promise<Value> {
  const [layer, ...inner] = layers
  if (!layer) return work(subject)
  let within: Promise<Value> | undefined
  const next = (changed: Subject = subject): Promise<Value> => {
    if (within) throw misused('called next twice')
    within = through(inner, changed, work)
    // whoever does not wait for it is told below
    within.catch(() => {})
    return within
  }
  await layer(subject, next)
  if (!within) throw misused('did not call next')
  return within
}

function misused(how: string): BackgroundError {
  return new BackgroundError(`a middleware ${how}`, {
    code: 'MIDDLEWARE_NEXT',
    hint: 'each function of a middleware calls next once, or throws: await next()',
  })
}
