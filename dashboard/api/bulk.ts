import { z } from 'zod'
import type { Activity, Changed, Client, JobFilter, OpenActivity } from '../../background/operator.ts'
import { MEANT } from '../../background/operator.ts'
import { monotonic, sleep } from '../../framework/clock.ts'
import { KretesError, messageOf } from '../../framework/errors.ts'
import type { Verb } from '../access.ts'
import { Forbidden } from '../forbidden.ts'
import type { Asked } from '../readings/asked.ts'
import { jobFilter } from '../readings/job-filter.ts'
import { number } from './bodies.ts'
import { action, type Endpoint, reading } from './endpoint.ts'

/** What can be done with many jobs: in which states a filter means them that names none, and how it is done. */
const ACTIONS = {
  retry: { verb: 'job.retry', meant: MEANT.retry, change: (jobs, ids) => jobs.retry(ids) },
  cancel: { verb: 'job.cancel', meant: MEANT.cancel, change: (jobs, ids) => jobs.cancel(ids) },
  discard: { verb: 'job.discard', meant: MEANT.discard, change: (jobs, ids) => jobs.discard(ids) },
  delete: { verb: 'job.delete', meant: MEANT.remove, change: (jobs, ids) => jobs.remove(ids) },
} as const satisfies Record<
  string,
  { verb: Verb; meant: unknown; change(jobs: Client['jobs'], ids: readonly string[]): Promise<Changed> }
>

type Action = keyof typeof ACTIONS

const bulk = z.object({
  action: z.enum(['retry', 'cancel', 'discard', 'delete']),
  ids: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe('only these; as text, between commas'),
  q: z.string().optional().describe('a query, as ks bg list takes it'),
  where: z.string().optional().describe('the same'),
  state: z.string().optional().describe('one state or several, between commas'),
  expected: number.optional().describe('how many there should be; when there are not, nothing is done'),
  dryRun: z.coerce.boolean().optional().describe('only count them'),
})

/** What is done with many jobs goes on after the answer; how far it is can be asked. */
export const BULK: readonly Endpoint[] = [
  action(
    {
      path: '/api/bulk',
      summary: 'Does something with all jobs that match, piece by piece',
      verb: 'job.bulk',
      body: bulk,
      status: 202,
    },
    start,
  ),
  reading({ path: '/api/bulk/:id', summary: 'How far it is' }, readBulk),
]

async function start(asked: Asked, body: z.infer<typeof bulk>): Promise<object> {
  const { action, state, q, where = q, expected, dryRun } = body
  if (!asked.viewer.may(ACTIONS[action].verb)) throw new Forbidden(ACTIONS[action].verb)
  const ids = (typeof body.ids === 'string' ? body.ids.split(',') : (body.ids ?? [])).filter(id => id !== '')
  if (ids.length > 0) return beginBulk(asked, { action, ids, target: `${ids.length} jobs`, expected, dryRun })
  const filter = await jobFilter({ state, q: where }, asked)
  const target = [state && `state:${state}`, where].filter(Boolean).join(' ').slice(0, 1_000)
  return beginBulk(asked, { action, filter, target, expected, dryRun })
}

interface Plan {
  readonly action: Action
  readonly ids?: readonly string[]
  readonly filter?: JobFilter
  readonly target: string
  readonly expected?: number | undefined
  readonly dryRun?: boolean | undefined
}

/** Answers once it is known who does what; then it is done. */
export async function beginBulk({ client, viewer }: Asked, plan: Plan): Promise<object> {
  const { action, ids, filter = {}, target, expected, dryRun = false } = plan
  const meant = { ...filter, state: filter.state ?? ACTIONS[action].meant }
  const matched = ids ? { count: ids.length, capped: false } : await client.jobs.count(meant)
  if (dryRun) return { matched }
  if (expected !== undefined && expected !== matched.count) throw changed(expected, matched.count)
  const actor = viewer.actor ?? 'somebody'
  const activity = await client.activities.begin({ actor, action: `bulk.${action}`, target })
  const pieces = ids ? [ids] : client.jobs.ids(meant)
  void run(client, action, { pieces, total: matched, activity })
  return { id: activity.id, matched }
}

/** In one statement; it takes some tens of milliseconds. */
const PIECE = 500
const LONGEST_REST_MS = 250

interface Work {
  readonly pieces: Iterable<readonly string[]> | AsyncIterable<readonly string[]>
  readonly total: { readonly count: number; readonly capped: boolean }
  readonly activity: OpenActivity
}

/** Never rejects: whatever becomes of it is in the log of activities, as far as the database can be reached. */
async function run({ jobs }: Client, action: Action, { pieces, total, activity }: Work): Promise<void> {
  const sum = { done: 0, told: 0, refused: 0, total: total.count, capped: total.capped }
  try {
    for await (const ids of pieces)
      for (let start = 0; start < ids.length; start += PIECE) {
        const since = monotonic()
        const piece = ids.slice(start, start + PIECE)
        const changed: Changed & { readonly told?: readonly string[] } = await ACTIONS[action].change(
          jobs,
          piece,
        )
        sum.done += changed.done.length
        sum.told += changed.told?.length ?? 0
        sum.refused += changed.refused.length
        await activity.progress(sum)
        // others want the server too
        await sleep(Math.min(monotonic() - since, LONGEST_REST_MS))
      }
    await activity.settle('done', sum)
  } catch (error) {
    await activity.settle('failed', { ...sum, message: messageOf(error) }).catch(() => {})
  }
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

function changed(expected: number, count: number): KretesError {
  return new KretesError(`${count} jobs match now, not ${expected}`, {
    code: 'COUNT_CHANGED',
    hint: 'look again, and say how many are meant',
  })
}
