import * as z from 'zod'
import {
  type Client,
  encodePayload,
  type JobOptions,
  type JobRecord,
  JsonText,
  KEY_MODES,
  normalizeOptions,
  type TaskDefinition,
  UnknownTask,
  unmasked,
} from '../../background/operator.ts'
import type { Asked } from '../readings/asked.ts'
import { cancelled, jobId, replayed, scheduled } from './answers/jobs.ts'
import { nothing, number, payload, payloadOf, reason, timeOf, treatment } from './bodies.ts'
import { action } from './endpoint.ts'

const newJob = z.object({
  task: z.string(),
  ...payload,
  ...treatment,
  key: z.string().optional(),
  keyMode: z.enum(KEY_MODES).optional().describe('what the key does to a job that waits under it'),
  tags: z.array(z.string()).optional(),
  flags: z.array(z.string()).optional(),
  dryRun: z.boolean().optional().describe('only check it'),
})
const changes = z.object({
  ...payload,
  ...treatment,
  attempt: number.optional().describe('how many attempts count as used'),
})
const copy = z.object(payload)

/** Everything that can be done with one job. */
export const JOB_ACTIONS = [
  action(
    {
      path: '/api/jobs',
      answers: scheduled,
      summary: 'Schedules a job',
      verb: 'job.schedule',
      body: newJob,
      status: 201,
    },
    schedule,
  ),
  action(
    {
      path: '/api/jobs/:id/retry',
      answers: jobId,
      summary: 'Makes it due again',
      verb: 'job.retry',
      body: nothing,
    },
    async asked => ({ id: await makeDue(asked) }),
  ),
  action(
    {
      path: '/api/jobs/:id/run',
      answers: jobId,
      summary: 'Makes it due now',
      verb: 'job.run',
      body: nothing,
    },
    async asked => ({ id: await makeDue(asked) }),
  ),
  action(
    {
      path: '/api/jobs/:id/cancel',
      answers: cancelled,
      summary: 'Cancels it, or tells its worker to',
      verb: 'job.cancel',
      body: reason,
    },
    async ({ client, params: { id = '' } }, { reason }) => {
      const { told } = await client.jobs.cancel(id, { reason })
      return { id, told: told.length > 0 }
    },
  ),
  action(
    {
      path: '/api/jobs/:id/discard',
      answers: jobId,
      summary: 'Discards it',
      verb: 'job.discard',
      body: reason,
    },
    async ({ client, params: { id = '' } }, { reason }) => {
      await client.jobs.discard(id, { reason })
      return { id }
    },
  ),
  action(
    {
      method: 'patch',
      path: '/api/jobs/:id',
      answers: jobId,
      summary: 'Changes it',
      verb: 'job.edit',
      body: changes,
    },
    edit,
  ),
  action(
    {
      path: '/api/jobs/:id/replay',
      answers: replayed,
      summary: 'Schedules another like it, with the same payload or another',
      verb: 'job.replay',
      body: copy,
      status: 201,
    },
    replay,
  ),
  action(
    {
      method: 'delete',
      path: '/api/jobs/:id',
      answers: jobId,
      summary: 'Deletes it',
      verb: 'job.delete',
      body: nothing,
    },
    async ({ client, params: { id = '' } }) => {
      await client.jobs.remove(id)
      return { id }
    },
  ),
] as const

async function makeDue({ client, params: { id = '' } }: Asked): Promise<string> {
  await client.jobs.retry(id)
  return id
}

async function schedule({ client }: Asked, body: z.infer<typeof newJob>): Promise<object> {
  const { task, in: wait, runAt, queue, priority, maxAttempts, tags, flags } = body
  const definition = await definitionOf(task, client)
  const payload = payloadOf(body) ?? new JsonText('{}')
  await encodePayload(definition, payload)
  const given = {
    in: wait as never,
    runAt: timeOf(runAt),
    priority,
    maxAttempts,
    tags,
    flags,
    key: keyOf(body),
  }
  const { delayMs, ...options } = normalizeOptions({ ...given, queue: queue ?? undefined }, definition)
  const plan = { task, ...options, key: options.key?.name, keyMode: options.key?.mode, in: delayMs }
  if (body.dryRun) return plan
  const { id } = await client.schedule({ ...options, task, payload, in: delayMs })
  return { id, ...plan }
}

function keyOf({ key, keyMode }: z.infer<typeof newJob>): JobOptions['key'] {
  return key === undefined || keyMode === undefined ? key : { name: key, mode: keyMode }
}

/** The code of a task; undefined where only workers have it. @throws UnknownTask when nobody does. */
async function definitionOf(task: string, client: Client): Promise<TaskDefinition | undefined> {
  const { registry } = await client.tasks()
  const definition = registry.find(task)
  if (definition || registry.names.length === 0) return definition
  const workers = await client.workers.list()
  const known = new Set([...registry.names, ...workers.flatMap(({ tasks }) => tasks)])
  if (!known.has(task)) throw new UnknownTask(task, [...known].sort())
  return undefined
}

async function edit(asked: Asked, body: z.infer<typeof changes>): Promise<object> {
  const { client, params } = asked
  const { queue, priority, attempt, maxAttempts, in: wait, runAt } = body
  const job = await client.records.get(params.id ?? '')
  const payload = await newPayload(job, body, asked)
  const times = { in: wait as never, runAt: timeOf(runAt) }
  await client.jobs.reschedule(job.id, { queue, priority, attempt, maxAttempts, ...times, payload })
  return { id: job.id }
}

async function replay(asked: Asked, body: z.infer<typeof copy>): Promise<object> {
  const { client, params } = asked
  const job = await client.records.get(params.id ?? '')
  const { id } = await client.replay(job.id, await newPayload(job, body, asked))
  return { id, of: job.id }
}

/** What somebody has made of a payload that they saw without its secrets, checked as if it were new. */
async function newPayload(
  { task, payload: original }: JobRecord,
  body: z.infer<typeof copy>,
  { client, secrets }: Asked,
): Promise<JsonText | undefined> {
  const given = payloadOf(body)
  if (!given) return undefined
  const payload = new JsonText(unmasked(task, given.text, { original, secrets }))
  const plain = client.sealing?.opened(task, payload) ?? payload
  await encodePayload((await client.tasks()).registry.find(task), plain)
  return payload
}
