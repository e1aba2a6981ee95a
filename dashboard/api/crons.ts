import * as z from 'zod'
import { JsonText, unmasked } from '../../background/operator.ts'
import type { Asked } from '../readings/asked.ts'
import { cron, cronRemoved, cronRun } from './answers/crons.ts'
import { nothing, number, payload, payloadOf } from './bodies.ts'
import { action } from './endpoint.ts'

const options = {
  expression: z.string(),
  timeZone: z.string().optional(),
  queue: z.string().optional(),
  priority: number.optional(),
  maxAttempts: number.optional(),
  key: z.string().optional(),
  keyMode: z.enum(['replace', 'preserve_run_at', 'unsafe_dedupe']).optional(),
  missed: z.enum(['skip', 'once', 'all']).optional(),
  fill: z
    .union([z.string(), z.number()])
    .optional()
    .describe('how far back missed ticks count: 2h, or milliseconds'),
  cap: number.optional().describe('how many missed ticks count at most'),
  ...payload,
}
const entry = z.object({ task: z.string(), name: z.string().optional(), ...options })
const changes = z.object({ task: z.string().optional(), ...options, expression: z.string().optional() })

/** Everything that can be done with a cron entry. */
export const CRON_ACTIONS = [
  action(
    {
      path: '/api/crons',
      answers: cron,
      summary: 'Adds an entry',
      verb: 'cron.edit',
      body: entry,
      status: 201,
    },
    async ({ client }, body) =>
      client.crons.add({ ...withPayload(body), task: body.task, expression: body.expression }),
  ),
  action(
    {
      method: 'patch',
      path: '/api/crons/:name',
      answers: cron,
      summary: 'Changes it',
      verb: 'cron.edit',
      body: changes,
    },
    change,
  ),
  action(
    {
      method: 'delete',
      path: '/api/crons/:name',
      answers: cronRemoved,
      summary: 'Removes it',
      verb: 'cron.edit',
      body: nothing,
    },
    async ({ client, params: { name = '' } }) => {
      await client.crons.remove(name)
      return { name }
    },
  ),
  action(
    {
      path: '/api/crons/:name/run',
      answers: cronRun,
      summary: 'Schedules its job now',
      verb: 'cron.run',
      body: nothing,
      status: 201,
    },
    async ({ client, params: { name = '' } }) => ({ ...(await client.runCron(name)), entry: name }),
  ),
  action(
    {
      path: '/api/crons/:name/pause',
      answers: cron,
      summary: 'Schedules nothing more',
      verb: 'cron.pause',
      body: nothing,
    },
    async ({ client, params: { name = '' } }) => client.crons.pause(name),
  ),
  action(
    {
      path: '/api/crons/:name/resume',
      answers: cron,
      summary: 'Lets it go on',
      verb: 'cron.resume',
      body: nothing,
    },
    async ({ client, params: { name = '' } }) => client.crons.resume(name),
  ),
] as const

async function change(asked: Asked, body: z.infer<typeof changes>): Promise<object> {
  const { client, params, secrets } = asked
  const { name, task, payload: original } = await client.crons.get(params.name ?? '')
  const { task: other, expression, payload, ...others } = withPayload(body)
  // whoever has changed it saw it without its secrets
  const rest =
    payload instanceof JsonText
      ? { ...others, payload: new JsonText(unmasked(task, payload.text, { original, secrets })) }
      : others
  const named = {
    ...(other !== undefined && { task: other }),
    ...(expression !== undefined && { expression }),
  }
  return client.crons.change(name, { ...rest, ...named })
}

/** What is given, with the payload as the queue takes it; what is not given is not there, or it would be reset. */
function withPayload<Body extends { readonly payload?: unknown; readonly payloadText?: string | undefined }>(
  body: Body,
): Omit<Body, 'payloadText'> {
  const { payload: _, payloadText: __, ...rest } = body
  const payload = payloadOf(body)
  return (payload ? { ...rest, payload } : rest) as Omit<Body, 'payloadText'>
}
