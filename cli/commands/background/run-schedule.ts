import {
  encodePayload,
  type JobHandle,
  type JobOptions,
  type KeyMode,
  normalizeOptions,
  openClient,
} from '../../../background/operator.ts'
import { UsageError } from '../../errors.ts'
import { EXIT } from '../../exit-codes.ts'
import { briefLogger } from '../../logging.ts'
import { print, printJson } from '../../output.ts'
import { type PayloadSources, readPayload } from '../../payload.ts'
import { findProject, type Project, withApp } from '../../project.ts'
import { type RemoteAddress, type RemoteOptions, remoteAddress } from '../../remote.ts'
import { awaitJob, printEnd } from './await-job.ts'
import { findTask, type TaskInProject } from './find-task.ts'
import { describePlan, type Plan, planAsJson } from './plan.ts'
import { withRemote } from './with-operator.ts'

export interface ScheduleOptions extends RemoteOptions, Omit<PayloadSources, 'argument'> {
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
  if (options.timeout !== undefined && !options.wait)
    throw new UsageError('--timeout says how long to wait, but nobody waits', 'add --wait, or leave it out')
  const payload = await readPayload({ ...options, argument })
  const address = remoteAddress(options)
  if (address) return scheduleThere(address, { task: name, payload }, options)
  const project = await findProject({ background: { tasks: options.tasks } })
  const task = await findTask(name, project)
  const plan = await check(task, payload, options, project)
  if (options.dryRun) tellRehearsed(plan, options)
  else await write(plan, task, options, project)
}

async function check(
  { definition }: TaskInProject,
  payload: unknown = {},
  options: ScheduleOptions,
  { background }: Project,
): Promise<Plan> {
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
  if (key === undefined) throw noKey()
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
      await tellScheduled(job, plan, options)
    } finally {
      await client.close()
    }
  })
}

/** The dashboard has the code of the task, and checks what this would check. */
async function scheduleThere(
  address: RemoteAddress,
  { task, payload = {} }: { readonly task: string; readonly payload: unknown },
  options: ScheduleOptions,
): Promise<void> {
  const { queue, in: wait, at, priority, attempts, key, keyMode, tag, flag, dryRun } = options
  if (keyMode !== undefined && key === undefined) throw noKey()
  const times = { in: wait === undefined ? undefined : `${wait}ms`, runAt: at?.toISOString() }
  const words = { key, keyMode: keyMode as KeyMode, tags: tag && [...tag], flags: flag && [...flag] }
  const job = { task, payload, queue, priority, maxAttempts: attempts, ...times, ...words, dryRun }
  await withRemote(address, options, async operator => {
    const { id, ...planned } = await operator.schedule(job)
    const plan = { task, payload, options: planned }
    if (id === undefined) tellRehearsed(plan, options)
    else await tellScheduled(operator.handle(id), plan, options)
  })
}

function tellRehearsed(plan: Plan, { json }: ScheduleOptions): void {
  if (json) printJson({ dryRun: true, ...planAsJson(plan), payload: plan.payload })
  else print(`would schedule ${describePlan(plan)} with ${JSON.stringify(plan.payload)}`)
}

async function tellScheduled(job: JobHandle, plan: Plan, options: ScheduleOptions): Promise<void> {
  if (!options.json) print(`scheduled #${job.id} ${describePlan(plan)}`)
  const end = options.wait ? await awaitJob(job, options.timeout) : undefined
  if (options.json) printJson({ id: job.id, ...planAsJson(plan), ...end })
  else if (end) printEnd(end)
  if (end && end.state !== 'completed') process.exitCode = EXIT.failed
}

function noKey(): UsageError {
  return new UsageError('--key-mode says what a key does, but there is none', 'add --key')
}
