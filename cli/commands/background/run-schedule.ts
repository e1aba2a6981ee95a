import {
  encodePayload,
  type JobOptions,
  type KeyMode,
  normalizeOptions,
  openClient,
} from '../../../background/operator.ts'
import { UsageError } from '../../errors.ts'
import { EXIT } from '../../exit-codes.ts'
import { briefLogger } from '../../logging.ts'
import type { CommonOptions } from '../../options.ts'
import { print, printJson } from '../../output.ts'
import { type PayloadSources, readPayload } from '../../payload.ts'
import { findProject, type Project, withApp } from '../../project.ts'
import { awaitJob, printEnd } from './await-job.ts'
import { findTask, type TaskInProject } from './find-task.ts'
import { describePlan, type Plan, planAsJson } from './plan.ts'

export interface ScheduleOptions extends CommonOptions, Omit<PayloadSources, 'argument'> {
  readonly queue?: string
  readonly in?: number
  readonly at?: Date
  readonly priority?: number
  readonly key?: string
  readonly keyMode?: string
  readonly attempts?: number
  readonly tag?: readonly string[]
  readonly flag?: readonly string[]
  readonly tasks?: string
  readonly wait?: true
  readonly timeout?: number
  readonly dryRun?: true
}

/** What `ks bg schedule` does: everything is checked before anything is opened, so that a mistake leaves no trace. */
export async function runSchedule(
  name: string,
  argument: string | undefined,
  options: ScheduleOptions,
): Promise<void> {
  const payload = await readPayload({ ...options, argument })
  const project = await findProject({ background: { tasks: options.tasks } })
  const task = await findTask(name, project)
  const plan = await check(task, payload, options, project)
  if (!options.dryRun) return write(plan, task, options, project)
  if (options.json) printJson({ dryRun: true, ...planAsJson(plan), payload: plan.payload })
  else print(`would schedule ${describePlan(plan)} with ${JSON.stringify(plan.payload)}`)
}

async function check(
  { definition }: TaskInProject,
  payload: unknown = {},
  options: ScheduleOptions,
  { background }: Project,
): Promise<Plan> {
  if (options.timeout !== undefined && !options.wait)
    throw new UsageError('--timeout says how long to wait, but nobody waits', 'add --wait, or leave it out')
  const normalized = normalizeOptions(jobOptions(options), definition)
  await encodePayload(definition, payload, { limit: background.payloadLimit })
  return { task: definition.name, payload, options: normalized }
}

function jobOptions(options: ScheduleOptions): JobOptions {
  const { queue, in: wait, at, priority, attempts, tag, flag } = options
  const job = { queue, in: wait, runAt: at, priority, maxAttempts: attempts, tags: tag, flags: flag }
  return { ...job, key: keyOption(options) }
}

function keyOption({ key, keyMode }: ScheduleOptions): JobOptions['key'] {
  if (keyMode === undefined) return key
  if (key === undefined)
    throw new UsageError('--key-mode says what a key does, but there is none', 'add --key')
  // any word comes through here: which ones there are is checked with all else
  return { name: key, mode: keyMode as KeyMode }
}

async function write(
  plan: Plan,
  { registry }: TaskInProject,
  options: ScheduleOptions,
  project: Project,
): Promise<void> {
  const { config, background } = project
  await withApp(project, briefLogger(config.log, options.verbose === true), async app => {
    const client = await openClient(app, background, registry)
    try {
      const job = await client.schedule({ task: plan.task, payload: plan.payload, ...jobOptions(options) })
      if (!options.json) print(`scheduled #${job.id} ${describePlan(plan)}`)
      const end = options.wait ? await awaitJob(job, options.timeout) : undefined
      if (options.json) printJson({ id: job.id, ...planAsJson(plan), ...end })
      else if (end) printEnd(end)
      if (end && end.state !== 'completed') process.exitCode = EXIT.failed
    } finally {
      await client.close()
    }
  })
}
