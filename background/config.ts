import * as z from 'zod'
import { milliseconds } from '../framework/duration.ts'
import { type CronEntry, type CronOptions, cronEntry } from './cron.ts'
import type { BackgroundError } from './errors.ts'
import type { ForbiddenFlags } from './flags.ts'
import { isMiddleware, type Middleware } from './middleware.ts'
import { PAYLOAD_LIMIT } from './payload.ts'
import type { Redact } from './secrets.ts'

const duration = z.union([z.number(), z.string()]).transform((value, context) => {
  try {
    return milliseconds(value)
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message })
    return z.NEVER
  }
})

const cron = z.custom<CronOptions>().transform((options, context): CronEntry => {
  try {
    return cronEntry(options, 'config')
  } catch (error) {
    const { message, hint } = error as BackgroundError
    context.addIssue({ code: 'custom', message: `${message}; ${hint}` })
    return z.NEVER
  }
})

const middleware = z.custom<Middleware>(isMiddleware, {
  error: 'a middleware is an object with one or both of the functions schedule and run',
})

const redact = z.union([
  z.array(z.string().min(1)),
  z.custom<Exclude<Redact, readonly string[]>>(given => typeof given === 'function'),
])

/** The `background` section of `kretes.config.ts`. Everything has a default that is meant to stay. */
export const backgroundConfig = z.strictObject({
  /** How many jobs one worker process runs at the same time. */
  concurrency: z.int().min(1).max(10_000).default(10),
  /** The directory of the task files, from the project's root. */
  tasks: z.string().min(1).default('tasks'),
  /** Whether programs among those files, scripts in any language, are tasks too. */
  executables: z.boolean().default(false),
  /** How long running jobs may take to finish when the worker stops. */
  grace: duration.default(30_000),
  /** How long finished jobs are kept, unless their task says otherwise. */
  retention: duration.default(milliseconds('7d')),
  /** How long the database may take to write a job before `schedule` throws `DATABASE_BUSY`. */
  scheduleTimeout: duration.default(10_000),
  /** The most bytes a payload may have as JSON. */
  payloadLimit: z
    .int()
    .min(1)
    .max(256 * 1_048_576)
    .default(PAYLOAD_LIMIT),
  /** How many jobs of a queue may run at once, by queue; those not named here are serial. */
  queues: z.record(z.string().min(1).max(128), z.int().min(1).max(32_767)).default({}),
  /** Whether an app that is started also runs jobs, in its own process. */
  worker: z.boolean().default(false),
  /** The file with cron entries, one per line; without this one named `crontab` is read if it is there. */
  crontab: z.string().min(1).optional(),
  /** More cron entries. */
  cron: z.array(cron).default([]),
  /** Whether workers listen for notifications, besides polling. */
  listen: z.boolean().default(true),
  /** Whether what tasks write to the console goes to the log of their attempt, where it is kept with the job. */
  captureConsole: z.boolean().default(false),
  /** Jobs with one of these flags are left alone: a list, or a function that is asked before jobs are taken. */
  forbiddenFlags: z
    .union([
      z.array(z.string().min(1).max(64)),
      z.custom<ForbiddenFlags>(given => typeof given === 'function'),
    ])
    .default([])
    .transform((given): ForbiddenFlags => given),
  /** What of payloads, results and logs is shown to nobody, beside what `secret()` marks: names, paths, or a function. */
  redact: redact.optional(),
  /** Keys to encrypt payloads with: `id:key`, 32 bytes in base64; the first encrypts, all of them decrypt. */
  encryption: z
    .strictObject({
      /** Instead of these, `BACKGROUND_ENCRYPTION_KEYS` is taken where it is set. */
      keys: z.union([z.string(), z.array(z.string())]).default([]),
      /** Whether jobs with a plain payload, from SQL or from before, are run or discarded. */
      plain: z.enum(['accept', 'refuse']).default('accept'),
    })
    .optional(),
  /** What belongs around the scheduling of every job, and around every attempt; the first is the outermost. */
  middleware: z.array(middleware).default([]),
})

export type BackgroundConfig = z.output<typeof backgroundConfig>

/** What may be written in `kretes.config.ts`; see {@link backgroundConfig} for meaning and defaults. */
export type BackgroundConfigInput = z.input<typeof backgroundConfig>

declare module '@kretes/background/framework' {
  interface ConfigInput {
    background?: BackgroundConfigInput | undefined
  }
}
