import { z } from 'zod'
import { encodePayload, type JobRecord, JsonText } from '../../background/operator.ts'
import { unmasked } from '../masking/masking.ts'
import type { Asked } from '../readings/asked.ts'
import { nothing, payload, payloadOf, reason, timeOf, treatment } from './bodies.ts'
import { action, type Endpoint } from './endpoint.ts'

const newJob = z.object({
  task: z.string(),
  ...payload,
  ...treatment,
  key: z.string().optional(),
})
const changes = z.object({ ...payload, ...treatment })
const copy = z.object(payload)

/** Everything that can be done with one job. */
export const JOB_ACTIONS: readonly Endpoint[] = [
  action(
    { path: '/api/jobs', summary: 'Schedules a job', verb: 'job.schedule', body: newJob, status: 201 },
    schedule,
  ),
  action(
    { path: '/api/jobs/:id/retry', summary: 'Makes it due again', verb: 'job.retry', body: nothing },
    async asked => ({ id: await makeDue(asked) }),
  ),
  action(
    { path: '/api/jobs/:id/run', summary: 'Makes it due now', verb: 'job.run', body: nothing },
    async asked => ({ id: await makeDue(asked) }),
  ),
  action(
    {
      path: '/api/jobs/:id/cancel',
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
    { path: '/api/jobs/:id/discard', summary: 'Discards it', verb: 'job.discard', body: reason },
    async ({ client, params: { id = '' } }, { reason }) => {
      await client.jobs.discard(id, { reason })
      return { id }
    },
  ),
  action(
    { method: 'patch', path: '/api/jobs/:id', summary: 'Changes it', verb: 'job.edit', body: changes },
    edit,
  ),
  action(
    {
      path: '/api/jobs/:id/replay',
      summary: 'Schedules another like it, with the same payload or another',
      verb: 'job.replay',
      body: copy,
      status: 201,
    },
    replay,
  ),
  action(
    { method: 'delete', path: '/api/jobs/:id', summary: 'Deletes it', verb: 'job.delete', body: nothing },
    async ({ client, params: { id = '' } }) => {
      await client.jobs.remove(id)
      return { id }
    },
  ),
]

async function makeDue({ client, params: { id = '' } }: Asked): Promise<string> {
  await client.jobs.retry(id)
  return id
}

async function schedule({ client }: Asked, body: z.infer<typeof newJob>): Promise<object> {
  const { task, queue, priority, maxAttempts, key, in: wait, runAt } = body
  const definition = (await client.tasks()).registry.find(task)
  const payload = payloadOf(body) ?? new JsonText('{}')
  await encodePayload(definition, payload)
  const { id } = await client.schedule({
    ...{ task, payload, key, in: wait as never, runAt: timeOf(runAt) },
    queue: queue ?? definition?.queue,
    priority: priority ?? definition?.priority,
    maxAttempts: maxAttempts ?? definition?.maxAttempts,
    tags: definition?.tags,
  })
  return { id }
}

async function edit(asked: Asked, body: z.infer<typeof changes>): Promise<object> {
  const { client, params } = asked
  const { queue, priority, maxAttempts, in: wait, runAt } = body
  const job = await client.records.get(params.id ?? '')
  const payload = await newPayload(job, body, asked)
  const plan = { queue, priority, maxAttempts, in: wait as never, runAt: timeOf(runAt), payload }
  await client.jobs.reschedule(job.id, plan)
  return { id: job.id }
}

async function replay(asked: Asked, body: z.infer<typeof copy>): Promise<object> {
  const { client, params } = asked
  const job = await client.records.get(params.id ?? '')
  const payload = (await newPayload(job, body, asked)) ?? new JsonText(job.payload)
  const { task, queue, priority, maxAttempts, tags } = job
  const { id } = await client.schedule({ task, queue, priority, maxAttempts, tags, payload })
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
  await encodePayload((await client.tasks()).registry.find(task), payload)
  return payload
}
