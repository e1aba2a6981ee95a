import * as z from 'zod'
import type { Database } from '../framework/database.ts'
import type { Duration } from '../framework/duration.ts'
import type { Logger } from '../framework/logger.ts'
import { type BackgroundConfig, backgroundConfig } from './config.ts'
import type { CronOptions } from './cron.ts'
import { InvalidOption } from './errors.ts'
import { EVENT_NAMES, type Listeners } from './events.ts'
import type { ForbiddenFlags } from './flags.ts'
import type { Middleware } from './middleware.ts'
import type { Encryption } from './sealing.ts'
import type { Redact } from './secrets.ts'
import type { AnyTask } from './task.ts'

/** Which database to use. */
export interface DatabaseOptions {
  /** `postgres://user:password@host:5432/database`. Default: `DATABASE_URL`, or the `PG*` environment variables. */
  readonly url?: string | undefined
  /**
   * A pool of node-postgres that the app has already. Tasks query with it; what takes and reports jobs has connections of
   * its own, made with the pool's settings, or with `url` if those do not fit into one.
   */
  readonly pool?: Database['pool'] | undefined
}

/** What {@link run} takes: where the database is, which tasks there are, and, if the defaults are not right, how to run them. */
export interface RunOptions extends DatabaseOptions {
  /** The tasks, each under its name: `{ SendEmail }`. */
  readonly tasks?: Readonly<Record<string, AnyTask>> | undefined
  /** Instead of `tasks`: a directory of task files. */
  readonly directory?: string | undefined
  /** Whether programs in that directory are tasks too. Default: false. */
  readonly executables?: boolean | undefined
  /** How many jobs run at the same time. Default: 10. */
  readonly concurrency?: number | undefined
  /** How many jobs of a queue may run at once, for queues that are not serial: `{ reports: 4 }`. */
  readonly queues?: Readonly<Record<string, number>> | undefined
  /** How long running jobs may take to finish when the runner stops. Default: 30 seconds. */
  readonly grace?: Duration | undefined
  /** How long finished jobs are kept, unless their task says otherwise. Default: 7 days. */
  readonly retention?: Duration | undefined
  /** How long the database may take to write a job before `schedule` throws `DATABASE_BUSY`. Default: 10 seconds. */
  readonly scheduleTimeout?: Duration | undefined
  /** The most bytes a payload may have as JSON. Default: 1 MiB. */
  readonly payloadLimit?: number | undefined
  /** Whether to listen for notifications; false looks for jobs by polling only. Default: true. */
  readonly listen?: boolean | undefined
  /** Whether what tasks write to the console goes to the log of their attempt, where it is kept with the job. Default: false. */
  readonly captureConsole?: boolean | undefined
  /** Jobs with one of these flags are left alone: a list, or a function that is asked before jobs are taken. Default: none. */
  readonly forbiddenFlags?: ForbiddenFlags | undefined
  /** A file with cron entries. Default: `crontab`, if it is there. */
  readonly crontab?: string | undefined
  /** More cron entries. */
  readonly cron?: readonly CronOptions[] | undefined
  /** What of payloads, results and logs is shown to nobody, beside what `secret()` marks: names, paths, or a function. */
  readonly redact?: Redact | undefined
  /** Keys to encrypt payloads with. Default: `BACKGROUND_ENCRYPTION_KEYS`, if it is set. */
  readonly encryption?: Partial<Encryption> | undefined
  /** What belongs around every job; the first is the outermost. */
  readonly middleware?: readonly Middleware[] | undefined
  /**
   * Where to log; `adaptPino(logger)` makes one of any pino logger, `customLogger` of a function. Default: standard error,
   * `info` and above.
   */
  readonly logger?: Logger | undefined
  /** Listeners that are there from the beginning. */
  readonly events?: Listeners | undefined
  /** Stops the runner when it aborts. */
  readonly signal?: AbortSignal | undefined
}

/** {@link RunOptions}, checked. */
export interface CheckedOptions extends DatabaseOptions {
  readonly tasks: Readonly<Record<string, AnyTask>> | undefined
  readonly config: BackgroundConfig
  readonly logger: Logger | undefined
  readonly events: Listeners
  readonly signal: AbortSignal | undefined
}

const object = (error: string) =>
  z.custom<object>(value => typeof value === 'object' && value !== null, { error })
const database = {
  url: z.string().min(1).optional(),
  pool: object('expected a Pool of node-postgres').optional(),
}
const { tasks: directory, worker: _, ...config } = backgroundConfig.shape

const LOGGER_METHODS = ['trace', 'debug', 'info', 'warn', 'error', 'child', 'isLevelEnabled']
const MAKERS = 'adaptPino() makes one of any pino logger, customLogger() of a function'
const LOGGER = `expected a logger with ${LOGGER_METHODS.join(', ')}; ${MAKERS}`
const isLogger = (value: unknown) =>
  LOGGER_METHODS.every(name => typeof (value as Record<string, unknown> | null)?.[name] === 'function')

const listener = z.custom(value => typeof value === 'function', { error: 'expected a function' })

const runOptions = z
  .strictObject({
    ...database,
    ...config,
    tasks: object('expected an object with tasks by name').optional(),
    directory: directory.unwrap().optional(),
    logger: z.custom(isLogger, { error: LOGGER }).optional(),
    events: z.partialRecord(z.enum(EVENT_NAMES), listener).optional(),
    signal: z.instanceof(AbortSignal, { error: 'expected an AbortSignal' }).optional(),
  })
  .refine(({ tasks, directory }) => (tasks === undefined) !== (directory === undefined), {
    error: 'give either tasks or a directory',
  })

/** The names of all options. */
export const runOptionNames: readonly string[] = Object.keys(runOptions.shape)

/** @throws InvalidOption that lists everything that is wrong. */
export function checkRunOptions(options: RunOptions): CheckedOptions {
  const { url, pool, tasks, directory = 'tasks', ...rest } = parse(runOptions, options)
  const { logger, events = {}, signal, ...settings } = rest
  const config = { ...settings, tasks: directory, worker: true }
  return { url, pool, tasks, logger, events, signal, config } as CheckedOptions
}

/** @throws InvalidOption */
export function checkDatabaseOptions(options: DatabaseOptions): DatabaseOptions {
  return parse(z.strictObject(database), options) as DatabaseOptions
}

function parse<Schema extends z.ZodType>(schema: Schema, options: unknown): z.output<Schema> {
  const result = schema.safeParse(options)
  if (result.success) return result.data
  const problems = result.error.issues.map(
    ({ path, message }) => `${path.length ? `${path.join('.')}: ` : ''}${message}`,
  )
  throw new InvalidOption(problems.join('; '), 'correct what is listed', result.error)
}
