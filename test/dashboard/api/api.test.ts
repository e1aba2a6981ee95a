import { expect, test } from 'vitest'
import { z } from 'zod'
import { createRegistry } from '../../../background/registry.ts'
import { task } from '../../../background/task.ts'
import { ENDPOINTS } from '../../../dashboard/api.ts'
import { useClients } from '../../support/client.ts'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { asking } from '../stage.ts'

const engine = useEngine()
const clients = useClients(engine)
const SendEmail = task({
  payload: z.object({
    to: z.string(),
    n: z.number().optional(),
    token: z.string().meta({ secret: true }).optional(),
  }),
  run() {},
})
const registry = createRegistry({ SendEmail })

function open() {
  const client = clients.open({ registry })
  return { client, ...asking({ background: client }) }
}

test('a job is scheduled, edited, replayed, cancelled, retried and deleted; who did it is known', async () => {
  const { client, get, send } = open()
  const text = '{"to":"ann","n":9007199254740993,"token":"hush"}'
  const { id } = await (
    await send('POST', '/api/jobs', { task: 'SendEmail', payloadText: text, in: '1h' })
  ).json()
  expect((await client.records.get(id)).payload).toBe(text)

  const { job } = await (await get(`/api/jobs/${id}`)).json()
  expect(job.payload).toBe('{"to":"ann","n":9007199254740993,"token":"[secret]"}')
  const edited = job.payload.replace('ann', 'bob')
  expect((await send('PATCH', `/api/jobs/${id}`, { payloadText: edited, priority: '5' })).status).toBe(200)
  expect(await client.records.get(id)).toMatchObject({ payload: text.replace('ann', 'bob'), priority: 5 })

  const copy = await (await send('POST', `/api/jobs/${id}/replay`)).json()
  expect((await client.records.get(copy.id)).payload).toBe(text.replace('ann', 'bob'))
  expect((await send('POST', `/api/jobs/${id}/cancel`, { reason: 'no' })).status).toBe(200)
  expect((await send('POST', `/api/jobs/${id}/retry`)).status).toBe(200)
  expect((await send('POST', `/api/jobs/${id}/run`)).status).toBe(200)
  expect((await send('DELETE', `/api/jobs/${id}`)).status).toBe(200)
  expect((await get(`/api/jobs/${id}`)).status).toBe(404)

  const { activities } = await (await get(`/api/activity?target=${id}`)).json()
  expect(activities.map((one: { action: string }) => one.action).reverse()).toEqual([
    ...['job.edit', 'job.replay', 'job.cancel', 'job.retry', 'job.run', 'job.delete'],
  ])
  expect(JSON.stringify(activities)).not.toContain('hush')
  expect(activities[0]).toMatchObject({ actor: 'ann', outcome: 'done' })
})

test('what does not fit the schema is refused, and nothing is scheduled', async () => {
  const { client, send } = open()
  const answer = await send('POST', '/api/jobs', { task: 'SendEmail', payload: { to: 7 } })
  expect(answer.status).toBe(400)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(await answer.json()).toMatchObject({ code: 'INVALID_PAYLOAD', hint: expect.any(String) })
  expect((await client.jobs.list()).jobs).toEqual([])
})

test('many jobs are changed piece by piece, and how far that is can be asked', async () => {
  const { client, get, send } = open()
  const items = Array.from({ length: 1_200 }, () => ({ payload: { to: 'a' }, tags: ['old'] }))
  await client.scheduleMany('SendEmail', items)
  const bulk = { action: 'cancel', q: 'tag:old' }
  expect(await (await send('POST', '/api/bulk', { ...bulk, dryRun: true })).json()).toMatchObject({
    matched: { count: 1_200 },
  })
  expect((await send('POST', '/api/bulk', { ...bulk, expected: 3 })).status).toBe(409)
  const begun = await send('POST', '/api/bulk', { ...bulk, expected: 1_200 })
  expect(begun.status).toBe(202)
  const { id } = await begun.json()
  const end = await eventually(async () => {
    const found = await (await get(`/api/bulk/${id}`)).json()
    return found.outcome && found
  })
  expect(end).toMatchObject({
    actor: 'ann',
    action: 'bulk.cancel',
    outcome: 'done',
    answer: { done: 1_200, refused: 0 },
  })
  expect(await client.jobs.count({ state: 'cancelled' })).toMatchObject({ count: 1_200 })
})

test('queues, cron entries and workers are operated', async () => {
  const { client, send } = open()
  expect(await (await send('POST', '/api/queues/a%2Fb/pause', { reason: 'r' })).json()).toMatchObject({
    name: 'a/b',
    paused: { by: 'ann', reason: 'r' },
  })
  expect((await send('PATCH', '/api/queues/a%2Fb', { concurrency: '3' })).status).toBe(200)
  expect((await send('POST', '/api/queues/a%2Fb/resume')).status).toBe(200)
  expect(await client.queues.get('a/b')).toMatchObject({ concurrency: 3, paused: undefined })
  await client.schedule({ task: SendEmail, payload: { to: 'a' }, queue: 'a/b' })
  expect((await send('POST', '/api/queues/a%2Fb/drain')).status).toBe(202)
  await eventually(async () => (await client.queues.get('a/b')).available === 0)

  const entry = { task: 'SendEmail', name: 'nightly', expression: '0 0 * * *', payload: { to: 'a' } }
  expect((await send('POST', '/api/crons', entry)).status).toBe(201)
  expect((await send('PATCH', '/api/crons/nightly', { expression: '0 1 * * *' })).status).toBe(200)
  expect(await client.crons.get('nightly')).toMatchObject({ expression: '0 1 * * *', payload: '{"to":"a"}' })
  for (const verb of ['pause', 'resume'])
    expect((await send('POST', `/api/crons/nightly/${verb}`)).status).toBe(200)
  expect((await send('POST', '/api/crons/nightly/run')).status).toBe(201)
  expect((await send('DELETE', '/api/crons/nightly')).status).toBe(200)
  expect((await send('POST', '/api/workers/7/stop')).status).toBe(404)
})

test('a form does the same, and goes back to a page of ours wherever it says', async () => {
  const { client, handle } = open()
  const post = (fields: Record<string, string>, site = 'same-origin') =>
    handle(
      new Request('http://localhost/forms/api/jobs', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': site },
        body: new URLSearchParams(fields),
      }),
    )
  const fields = {
    task: 'SendEmail',
    'payload:json': '{}',
    'payload.to:text': 'ann',
    'payload.n:number': '7',
    'queue:optional': '',
  }
  const answer = await post({ ...fields, _back: 'jobs/:id' })
  const { jobs } = await client.jobs.list()
  expect(jobs).toMatchObject([{ payload: { to: 'ann', n: 7 }, queue: undefined }])
  expect([answer.status, answer.headers.get('location')]).toEqual([303, `../../jobs/${jobs[0]?.id}`])
  for (const _back of ['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)']) {
    const location = (await post({ ...fields, _back })).headers.get('location') ?? ''
    expect(new URL(location, 'http://localhost/forms/api/jobs').origin).toBe('http://localhost')
  }
  expect((await post(fields, 'cross-site')).status).toBe(403)
})

test('OpenAPI describes every route, and no other', async () => {
  const { get } = open()
  const { paths } = await (await get('/api/openapi.json')).json()
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods as object).map(method => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  )
  expect(described.sort()).toEqual(ENDPOINTS.map(({ method, path }) => `${method} ${path}`).sort())
})

test('every route needs its permission, and whoever may only read changes nothing', async () => {
  const client = clients.open({ registry })
  const { send } = asking({ background: client, authorize: () => ({ role: 'write', verbs: [] }) })
  const { send: read } = asking({ background: client, readOnly: true })
  for (const { method, path, verb } of ENDPOINTS.filter(({ method }) => method !== 'get')) {
    expect(verb).toBeDefined()
    const at = path.replace(/:\w+/g, '1')
    expect((await send(method.toUpperCase(), at)).status, `${method} ${path}`).toBe(403)
    expect((await read(method.toUpperCase(), at)).status, `${method} ${path}`).toBe(403)
  }
})

test('what somebody has already is not sent again', async () => {
  const { get, handle } = open()
  const etag = (await get('/api/queues')).headers.get('etag') ?? ''
  const again = await handle(
    new Request('http://localhost/api/queues', { headers: { 'if-none-match': etag } }),
  )
  expect(again.status).toBe(304)
})
