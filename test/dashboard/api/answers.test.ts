import { expect, test } from 'vitest'
import { z } from 'zod'
import { createRegistry } from '../../../background/registry.ts'
import { task } from '../../../background/task.ts'
import { ENDPOINTS } from '../../../dashboard/api.ts'
import { useClients } from '../../support/client.ts'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { useWorkers } from '../../support/worker.ts'
import { type Answer, asking } from '../stage.ts'

const engine = useEngine()
const clients = useClients(engine)
const workers = useWorkers(engine)

const TASKS = {
  Fails: task({
    payload: z.object({ n: z.number() }),
    maxAttempts: 1,
    tags: ['x'],
    run(_, { log }) {
      log.info('about to fail', { n: 1 })
      throw new TypeError('no')
    },
  }),
  Works: async () => ({ fine: true }),
  Waits: async () => {},
}

/** A shop in which something of everything has happened, and who is who in it. */
async function shop() {
  const client = clients.open({ registry: createRegistry(TASKS) })
  const { get, send } = asking({ background: client })
  const failed = await client.schedule({ task: 'Fails', payload: { n: 1 }, key: 'k' })
  const done = await client.schedule({ task: 'Works', payload: {}, queue: 'q' })
  await workers.start(TASKS)
  await eventually(
    async () => (await client.jobs.count({ state: ['discarded', 'completed'] })).count === 2,
    20_000,
  )
  await client.queues.pause('q', { reason: 'r', by: 'ann' })
  await client.schedule({ task: 'Waits', payload: {}, queue: 'q' })
  await client.crons.add({ task: 'Waits', name: 'nightly', expression: '0 3 * * *' })
  await client.crons.add({ task: 'Waits', name: 'gone', expression: '0 3 * * *' })
  const worker = await eventually(async () => (await client.workers.list()).find(({ memory }) => memory)?.id)
  return { client, get, send, failed: failed.id, done: done.id, worker }
}

test('every answer is what OpenAPI says it is, and has nothing that it does not say', {
  timeout: 60_000,
}, async () => {
  const { client, get, send, failed, done, worker } = await shop()
  const later = async () => (await client.schedule({ task: 'Waits', payload: {}, in: '1h' })).id
  const bulk = async () =>
    (await (await send('POST', '/api/bulk', { action: 'cancel', q: 'task:None' })).json()).id
  /** What to ask for; all others are asked for as they are called. */
  const asked: Readonly<Record<string, () => Promise<Answer>>> = {
    'get /api/jobs/:id': () => get(`/api/jobs/${failed}`),
    'get /api/jobs/:id/end': () => get(`/api/jobs/${done}/end`),
    'get /api/queues/:name': () => get('/api/queues/q'),
    'get /api/tasks/:name': () => get('/api/tasks/Fails'),
    'get /api/crons/:name': () => get('/api/crons/nightly'),
    'get /api/suggest': () => get('/api/suggest?field=task&q=f'),
    'post /api/jobs': () => send('POST', '/api/jobs', { task: 'Waits', in: '1h' }),
    'post /api/jobs/:id/retry': () => send('POST', `/api/jobs/${done}/retry`),
    'post /api/jobs/:id/run': async () => send('POST', `/api/jobs/${await later()}/run`),
    'post /api/jobs/:id/cancel': async () => send('POST', `/api/jobs/${await later()}/cancel`),
    'post /api/jobs/:id/discard': async () => send('POST', `/api/jobs/${await later()}/discard`),
    'patch /api/jobs/:id': async () => send('PATCH', `/api/jobs/${await later()}`, { priority: 3 }),
    'post /api/jobs/:id/replay': () => send('POST', `/api/jobs/${failed}/replay`),
    'delete /api/jobs/:id': async () => send('DELETE', `/api/jobs/${await later()}`),
    'post /api/bulk': () => send('POST', '/api/bulk', { action: 'cancel', q: 'task:None' }),
    'get /api/bulk/:id': async () => get(`/api/bulk/${await bulk()}`),
    'post /api/bulk/:id/stop': async () => send('POST', `/api/bulk/${await bulk()}/stop`),
    'post /api/queues/:name/pause': () => send('POST', '/api/queues/p/pause', { reason: 'r' }),
    'post /api/queues/:name/resume': () => send('POST', '/api/queues/p/resume'),
    'patch /api/queues/:name': () => send('PATCH', '/api/queues/p', { concurrency: 2 }),
    'post /api/queues/:name/cancel-waiting': () => send('POST', '/api/queues/q/cancel-waiting'),
    'post /api/crons': () => send('POST', '/api/crons', { task: 'Waits', name: 'new', expression: '@daily' }),
    'patch /api/crons/:name': () => send('PATCH', '/api/crons/nightly', { expression: '0 4 * * *' }),
    'delete /api/crons/:name': () => send('DELETE', '/api/crons/gone'),
    'post /api/crons/:name/run': () => send('POST', '/api/crons/nightly/run'),
    'post /api/crons/:name/pause': () => send('POST', '/api/crons/nightly/pause'),
    'post /api/crons/:name/resume': () => send('POST', '/api/crons/nightly/resume'),
    'post /api/workers/:id/quiet': () => send('POST', `/api/workers/${worker}/quiet`),
    'post /api/workers/:id/resume': () => send('POST', `/api/workers/${worker}/resume`),
    'post /api/workers/:id/stop': () => send('POST', `/api/workers/${worker}/stop`),
  }
  for (const { method, path, status, answers } of ENDPOINTS) {
    const name = `${method} ${path}`
    const answer = await (asked[name] ?? (() => get(path)))()
    const body = await answer.json()
    expect(answer.status, `${name} ${JSON.stringify(body)}`).toBe(status)
    const read = answers.safeParse(body)
    expect(read.error, name).toBeUndefined()
    expect(read.data, name).toEqual(body)
  }
  const { activities } = await (await get('/api/activity?limit=100')).json()
  const known = new Set(activities.map(({ action }: { action: string }) => action))
  // what is done with many jobs has an entry of its own
  const verbs = ENDPOINTS.flatMap(({ verb, status }) => (verb && status !== 202 ? [verb] : []))
  expect([...known]).toEqual(expect.arrayContaining([...verbs, 'bulk.cancel']))
})

test('the description is one that programs can read', async () => {
  const { get } = asking({ background: clients.open() })
  const { openapi, paths } = await (await get('/api/openapi.json')).json()
  expect(openapi).toBe('3.1.0')
  const ids = new Set<string>()
  for (const methods of Object.values<Record<string, Operation>>(paths))
    for (const { operationId, responses } of Object.values(methods)) {
      expect(ids.has(operationId), operationId).toBe(false)
      ids.add(operationId)
      expect(Object.keys(responses).some(status => status.startsWith('2'))).toBe(true)
    }
  const { schema } = paths['/api/jobs'].get.responses[200].content['application/json']
  expect(schema.properties.jobs.items.required).toEqual(
    expect.arrayContaining(['id', 'task', 'state', 'preview']),
  )
})

interface Operation {
  readonly operationId: string
  readonly responses: object
}
