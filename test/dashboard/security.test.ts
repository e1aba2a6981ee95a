import { afterEach, expect, test, vi } from 'vitest'
import { useClients } from '../support/client.ts'
import { useEngine } from '../support/engine.ts'
import { asking } from './stage.ts'

const engine = useEngine()
const clients = useClients(engine)
afterEach(() => vi.unstubAllEnvs())

const JSON_BODY = { 'content-type': 'application/json' }

test('a request from elsewhere changes nothing', async () => {
  const { handle } = asking({ background: clients.open() })
  const post = async (headers: Record<string, string>, url = 'http://localhost/api/queues/q/pause') =>
    (await handle(new Request(url, { method: 'POST', headers, body: '{}' }))).status
  for (const site of ['cross-site', 'same-site', 'none'])
    expect(await post({ ...JSON_BODY, 'sec-fetch-site': site })).toBe(403)
  expect(await post({ ...JSON_BODY, origin: 'http://evil.example' })).toBe(403)
  expect(await post({ ...JSON_BODY, origin: 'null' })).toBe(403)
  expect(await post({ ...JSON_BODY, origin: 'http://localhost:81' })).toBe(403)
  expect(await post({ 'content-type': 'text/plain' })).toBe(403)
  expect(await post({ 'content-type': 'application/x-www-form-urlencoded' })).toBe(403)
  expect(await post({ 'content-type': 'text/plain; application/json' })).toBe(403)
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    const headers = { ...JSON_BODY, 'sec-fetch-site': 'cross-site' }
    const answer = await handle(new Request('http://localhost/api/jobs/1', { method, headers, body: '{}' }))
    expect([method, answer.status]).toEqual([method, 403])
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('elsewhere') })
  }
  expect(await post({ ...JSON_BODY, origin: 'http://localhost' })).toBe(200)
  expect(await post(JSON_BODY)).toBe(200)
})

test('in production nobody gets in until somebody says who may', async () => {
  vi.stubEnv('NODE_ENV', 'production')
  const { handle } = asking({ background: clients.open(), authorize: undefined })
  const answer = await handle(new Request('http://localhost/api/jobs'), { remoteAddress: '127.0.0.1' })
  expect(answer.status).toBe(403)
  expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('closed') })
})

test('in development a proxy, another machine and a name that leads here are kept out', async () => {
  const { handle } = asking({ background: clients.open(), authorize: undefined })
  const ask = async (url: string, remoteAddress: string, headers = {}) =>
    (await handle(new Request(url, { headers }), { remoteAddress })).status
  expect(await ask('http://localhost/api/queues', '::1')).toBe(200)
  expect(await ask('http://127.0.0.1/api/queues', '::ffff:127.0.0.1')).toBe(200)
  expect(await ask('http://localhost/api/queues', '192.168.0.7')).toBe(403)
  expect(await ask('http://localhost.evil.example/api/queues', '127.0.0.1')).toBe(403)
  expect(await ask('http://localhost/api/queues', '127.0.0.1', { 'x-forwarded-for': '9.9.9.9' })).toBe(403)
})

test('whatever authorize does wrong, nobody gets in and nobody learns why', async () => {
  const broken = [
    () => undefined,
    () => false as const,
    () => ({ role: 'admin' }) as never,
    () => 'none' as const,
    () => {
      throw new Error('the password is hush')
    },
  ]
  for (const authorize of broken) {
    const answer = await asking({ background: clients.open(), authorize }).get('/api/jobs')
    expect(answer.status).toBeGreaterThanOrEqual(403)
    expect(await answer.text()).not.toContain('hush')
  }
  const login = () => new Response(null, { status: 302, headers: { location: '/login' } })
  expect((await asking({ background: clients.open(), authorize: login }).get('/')).status).toBe(302)
})

test('every answer says what may be loaded, and that it is not to be kept', async () => {
  const { get } = asking({ background: clients.open() })
  for (const path of ['/jobs', '/api/jobs', '/nothing', '/api/jobs/x']) {
    const { headers } = await get(path)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/default-src 'none'; script-src 'nonce-[\w+/=]+';/)
    expect(policy).not.toMatch(/unsafe|\*|http/)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  }
})

test('hostile names and payloads are text wherever they are shown', async () => {
  const client = clients.open()
  const hostile = '</script><script>alert(1)</script><img src=x onerror=alert(1)>"\'&'
  await client.schedule({ task: hostile.slice(0, 100), payload: { hostile }, queue: hostile.slice(0, 100) })
  await client.queues.pause(hostile.slice(0, 100), { reason: hostile, by: hostile })
  await engine().query(
    `insert into background.finished (id, finished_at, expires_at, created_at, run_at, ms, priority, attempt, state, task, payload, error, logs)
     values (77, now(), now() + interval '1 h', now(), now(), 1, 0, 1, 3, $1, '{}', $2, $3)`,
    [
      hostile.slice(0, 100),
      JSON.stringify({
        name: hostile,
        message: hostile,
        stack: `${hostile}\n    at ${hostile} (/app/a.ts:1:1)`,
      }),
      JSON.stringify([
        { attempt: 1, dropped: 0, lines: [{ at: new Date(), level: 'info', message: hostile }] },
      ]),
    ],
  )
  const { get } = asking({ background: client })
  const name = encodeURIComponent(hostile.slice(0, 100))
  const places = [
    '/',
    '/jobs',
    '/jobs/77',
    '/errors',
    '/queues',
    `/queues/${name}`,
    '/tasks',
    `/tasks/${name}`,
  ]
  for (const path of [...places, `/jobs?q=${encodeURIComponent(hostile)}`]) {
    const page = await (await get(path)).text()
    expect(page).not.toContain('<script>alert')
    expect(page).not.toContain('<img src=x')
  }
})

test('questions that mean nothing are answered with what is wrong', async () => {
  const { get } = asking({ background: clients.open() })
  const odd = [
    'jobs?q=colour:red',
    'jobs?state=lost',
    'jobs?limit=9999',
    'jobs?cursor=x',
    'jobs/1;drop',
    'overview?range=9y',
  ]
  for (const path of odd) {
    const answer = await get(`/api/${path}`)
    expect(answer.status, path).toBe(400)
    expect(await answer.json()).toMatchObject({
      code: expect.stringMatching(/^INVALID_/),
      hint: expect.any(String),
    })
  }
})
