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

test('a replay with another payload has it, with the secrets that nobody saw, and is checked like a new job', async () => {
  const { client, get, send } = open()
  const payload = { to: 'ann', token: 'hush' }
  const { id } = await client.schedule({ task: 'SendEmail', payload, in: '1h' })
  const { job } = await (await get(`/api/jobs/${id}`)).json()
  const replay = (payloadText: string) => send('POST', `/api/jobs/${id}/replay`, { payloadText })
  const copy = await (await replay(job.payload.replace('ann', 'bob'))).json()
  expect(JSON.parse((await client.records.get(copy.id)).payload)).toEqual({ to: 'bob', token: 'hush' })
  expect(JSON.parse((await client.records.get(id)).payload)).toEqual(payload)
  for (const wrong of ['{"to":7}', '{"to":']) expect((await replay(wrong)).status).toBe(400)
  expect(await client.jobs.count()).toMatchObject({ count: 2 })
})

test('a replay is left alone by whoever leaves the original alone', async () => {
  const { client, send } = open()
  const { id } = await client.schedule({ task: 'SendEmail', payload: { to: 'ann' }, flags: ['mail'] })
  const copy = await (await send('POST', `/api/jobs/${id}/replay`)).json()
  expect((await client.records.get(copy.id)).flags).toEqual(['mail'])
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

test('nothing is not everything: a selection without jobs is refused', async () => {
  const { client, send } = open()
  await client.schedule({ task: SendEmail, payload: { to: 'a' } })
  for (const meant of [{}, { ids: [] }, { ids: [], q: 'task:SendEmail' }, { ids: '', q: ' ' }])
    expect((await send('POST', '/api/bulk', { action: 'delete', ...meant })).status).toBe(400)
  expect(await client.jobs.count()).toMatchObject({ count: 1 })
})

test('what is done with many jobs can be stopped, and goes on when it is begun again', async () => {
  const { client, get, send } = open()
  await client.scheduleMany(
    'SendEmail',
    Array.from({ length: 3_000 }, () => ({ payload: { to: 'a' } })),
  )
  const { id } = await (await send('POST', '/api/bulk', { action: 'cancel', q: 'task:SendEmail' })).json()
  expect(await (await send('POST', `/api/bulk/${id}/stop`)).json()).toEqual({ id, stopped: true })
  expect(await (await send('POST', `/api/bulk/${id}/stop`)).json()).toEqual({ id, stopped: false })
  const { details, outcome } = await (await get(`/api/bulk/${id}`)).json()
  expect({ details, outcome }).toEqual({
    details: { action: 'cancel', q: 'task:SendEmail' },
    outcome: 'stopped',
  })
  const pageOf = async () => (await get(`/bulk/${id}`)).text()
  expect(await pageOf()).toContain('Go on with it')
  // as it is when the process that did it has died
  await engine().query('update background.activity set outcome = null, told_at = now() where id = $1', [id])
  expect(await pageOf()).toContain('in progress')
  await engine().query(
    `update background.activity set told_at = now() - interval '2 minutes' where id = $1`,
    [id],
  )
  expect(await pageOf()).toMatch(/not heard of any more[\s\S]*Go on with it/)
  // a piece may have been under way
  const changed = async () => (await client.jobs.count({ state: 'cancelled' })).count
  expect(await changed()).toBeLessThan(3_000)
  await send('POST', '/api/bulk', details)
  await eventually(async () => (await changed()) === 3_000)
})

test('a worker is told by its id, however long that is', async () => {
  const { client, send } = open()
  const id = '9223372036854775807'
  await engine().query(
    `insert into background.worker (id, lease_until, name, host, pid, version, concurrency, tasks)
     values ($1, now() + interval '1 hour', 'w', 'h', 1, '1', 1, '{}')`,
    [id],
  )
  expect((await send('POST', `/api/workers/${id}/quiet`)).status).toBe(200)
  expect((await client.workers.list())[0]?.told).toBe('quiet')
  expect((await send('POST', '/api/workers/9223372036854775808/quiet')).status).toBe(400)
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
  expect((await send('POST', '/api/queues/a%2Fb/cancel-waiting')).status).toBe(202)
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
  const beside = ['get /api/events', 'get /api/openapi.json']
  const routes = [...ENDPOINTS.map(({ method, path }) => `${method} ${path}`), ...beside]
  expect(described.sort()).toEqual(routes.sort())
})

test('every route needs its permission, and whoever may only read changes nothing', async () => {
  const client = clients.open({ registry })
  const { send } = asking({ background: client, authorize: () => ({ role: 'write', verbs: [] }) })
  const { send: read } = asking({ background: client, readOnly: true })
  for (const { method, path, verb } of ENDPOINTS.filter(({ method }) => method !== 'get')) {
    expect(verb).toBeDefined()
    const at = path.replace(/:\w+/g, '1')
    const refused = await send(method.toUpperCase(), at)
    expect(refused.status, `${method} ${path}`).toBe(403)
    expect(refused.headers.get('content-type')).toBe('application/problem+json')
    expect(await refused.json()).toMatchObject({
      code: 'FORBIDDEN',
      detail: expect.stringContaining(verb ?? ''),
    })
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
