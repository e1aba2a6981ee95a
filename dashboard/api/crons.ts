import { z } from 'zod'
import { JsonText } from '../../background/operator.ts'
import { nothing, number, payload, payloadOf } from './bodies.ts'
import { action, type Endpoint } from './endpoint.ts'

const options = {
  expression: z.string(),
  timeZone: z.string().optional(),
  queue: z.string().optional(),
  priority: number.optional(),
  maxAttempts: number.optional(),
  missed: z.enum(['skip', 'once', 'all']).optional(),
  ...payload,
}
const entry = z.object({ task: z.string(), name: z.string().optional(), ...options })
const changes = z.object({ ...options, expression: z.string().optional() })

/** Everything that can be done with a cron entry. */
export const CRON_ACTIONS: readonly Endpoint[] = [
  action(
    { path: '/api/crons', summary: 'Adds an entry', verb: 'cron.edit', body: entry, status: 201 },
    async ({ client }, body) =>
      client.crons.add({ ...withPayload(body), task: body.task, expression: body.expression }),
  ),
  action(
    { method: 'patch', path: '/api/crons/:name', summary: 'Changes it', verb: 'cron.edit', body: changes },
    async ({ client, params: { name = '' } }, body) => {
      const { expression, ...rest } = withPayload(body)
      return client.crons.change(name, expression === undefined ? rest : { ...rest, expression })
    },
  ),
  action(
    { method: 'delete', path: '/api/crons/:name', summary: 'Removes it', verb: 'cron.edit', body: nothing },
    async ({ client, params: { name = '' } }) => {
      await client.crons.remove(name)
      return { name }
    },
  ),
  action(
    {
      path: '/api/crons/:name/run',
      summary: 'Schedules its job now',
      verb: 'cron.run',
      body: nothing,
      status: 201,
    },
    async ({ client, params: { name = '' } }) => {
      const { task, payload, queue, priority, maxAttempts, tags } = await client.crons.get(name)
      const job = { task, queue, priority, maxAttempts, tags, payload: new JsonText(payload) }
      const { id } = await client.schedule(job)
      return { id, entry: name }
    },
  ),
  action(
    { path: '/api/crons/:name/pause', summary: 'Schedules nothing more', verb: 'cron.pause', body: nothing },
    async ({ client, params: { name = '' } }) => client.crons.pause(name),
  ),
  action(
    { path: '/api/crons/:name/resume', summary: 'Lets it go on', verb: 'cron.resume', body: nothing },
    async ({ client, params: { name = '' } }) => client.crons.resume(name),
  ),
]

/** What is given, with the payload as the queue takes it; what is not given is not there, or it would be reset. */
function withPayload<Body extends { readonly payload?: unknown; readonly payloadText?: string | undefined }>(
  body: Body,
): Omit<Body, 'payloadText'> {
  const { payload: _, payloadText: __, ...rest } = body
  const payload = payloadOf(body)
  return (payload ? { ...rest, payload } : rest) as Omit<Body, 'payloadText'>
}
