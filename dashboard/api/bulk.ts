import * as z from 'zod'
import {
  type Activity,
  BULK_MEANT,
  type BulkAction,
  type BulkOrder,
  type Client,
  InvalidOption,
} from '../../background/operator.ts'
import { KretesError } from '../../framework/errors.ts'
import { Forbidden } from '../forbidden.ts'
import type { Asked } from '../readings/asked.ts'
import { jobFilter } from '../readings/job-filter.ts'
import { activity as activityAnswer, bulkBegun, bulkStopped } from './answers/activity.ts'
import { nothing, number, reason } from './bodies.ts'
import { action, reading } from './endpoint.ts'

const ACTIONS = ['retry', 'cancel', 'discard', 'delete', 'forget'] as const satisfies readonly BulkAction[]

const bulk = z.object({
  action: z.enum(ACTIONS),
  ids: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe('only these; as text, between commas'),
  q: z.string().optional().describe('a query, as ks bg list takes it'),
  where: z.string().optional().describe('the same'),
  state: z.string().optional().describe('one state or several, between commas'),
  ...reason.shape,
  rate: number.min(1).optional().describe('how many in a second at most'),
  expected: number.optional().describe('how many there should be; when there are not, nothing is done'),
  dryRun: z.coerce.boolean().optional().describe('only count them'),
})

/** What is done with many jobs goes on after the answer; how far it is can be asked. */
export const BULK = [
  action(
    {
      path: '/api/bulk',
      answers: bulkBegun,
      summary: 'Does something with all jobs that match, piece by piece',
      verb: 'job.bulk',
      body: bulk,
      status: 202,
    },
    start,
  ),
  reading({ path: '/api/bulk/:id', answers: activityAnswer, summary: 'How far it is' }, readBulk),
  action(
    {
      path: '/api/bulk/:id/stop',
      answers: bulkStopped,
      summary: 'Stops it; what has been done stays done',
      verb: 'job.bulk',
      body: nothing,
    },
    stopBulk,
  ),
] as const

async function start(asked: Asked, body: z.infer<typeof bulk>): Promise<object> {
  const { action, state, q, where = q } = body
  if (!asked.viewer.may(`job.${action}`)) throw new Forbidden(`job.${action}`)
  const ids = (typeof body.ids === 'string' ? body.ids.split(',') : (body.ids ?? [])).filter(id => id !== '')
  if (ids.length > 0) {
    const which = { ids: [...new Set(ids)] }
    return beginBulk(asked, { ...body, which, target: `${ids.length} jobs`, again: { ids: ids.join() } })
  }
  if (Array.isArray(body.ids) || !(state || where?.trim())) throw meansEverything()
  const filter = await jobFilter({ state, q: where }, asked)
  const target = [state && `state:${state}`, where].filter(Boolean).join(' ').slice(0, 1_000)
  return beginBulk(asked, { ...body, which: { filter }, target, again: { state, q: where } })
}

interface Plan extends Pick<BulkOrder, 'action' | 'which' | 'reason' | 'rate'> {
  readonly target: string
  /** What would begin it again, beside the action. */
  readonly again: object
  readonly expected?: number | undefined
  readonly dryRun?: boolean | undefined
}

/** Answers once it is known who does what; then it is done. */
export async function beginBulk({ client, viewer }: Asked, plan: Plan): Promise<object> {
  const { action, which, target, again, reason, rate, expected, dryRun = false } = plan
  const total = await countOf(client, plan)
  if (dryRun) return { matched: total }
  if (expected !== undefined && expected !== total.count) throw changed(expected, total.count)
  const actor = viewer.actor ?? 'somebody'
  // what was looked for is to be forgotten too
  const told = action === 'forget' ? {} : { target, details: { action, ...again, reason, rate } }
  const deed = { actor, action: `bulk.${action}`, ...told }
  const bulk = await client.bulks.begin({ action, which, total, reason, rate, deed })
  void run(bulk.steps())
  return { id: bulk.id, matched: total }
}

async function countOf(
  { jobs }: Client,
  { action, which }: Plan,
): Promise<{ count: number; capped: boolean }> {
  if ('ids' in which) return { count: which.ids.length, capped: false }
  const { filter } = which
  return jobs.count({ ...filter, state: filter.state ?? BULK_MEANT[action] })
}

/** Never rejects, and ends with its process. Whatever becomes of it is in the log of activities, as far as that can be reached. */
async function run(steps: AsyncIterable<unknown>): Promise<void> {
  try {
    for await (const _ of steps);
  } catch {}
}

async function stopBulk(asked: Asked): Promise<object> {
  const { id } = await readBulk(asked)
  return { id, stopped: await asked.client.activities.stop(id) }
}

/** The activity `:id`, whose answer tells how far it is: done, told, refused, total. */
export async function readBulk({ client, params: { id = '' } }: Asked): Promise<Activity> {
  const found = await client.activities.find(id)
  if (found?.action.startsWith('bulk.')) return found
  throw new KretesError(`there is no bulk action ${id}`, {
    code: 'NOT_FOUND',
    hint: 'look at the activities',
  })
}

/** A script that has selected nothing must not find that it was everything. */
function meansEverything(): InvalidOption {
  return new InvalidOption(
    'nothing says which jobs are meant',
    'give ids, q or state; state alone means all in it',
  )
}

function changed(expected: number, count: number): KretesError {
  return new KretesError(`${count} jobs match now, not ${expected}`, {
    code: 'COUNT_CHANGED',
    hint: 'look again, and say how many are meant',
  })
}
