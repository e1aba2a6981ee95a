import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { KretesError } from '../../framework/errors.ts'
import { createRouter } from '../../framework/http.ts'
import { createLogger } from '../../framework/logger.ts'
import { DELETE, GET, mount, PATCH, POST, PUT, type Route } from '../../framework/routes.ts'

function setup(...routes: Route[]) {
  const log: { level: string; msg: string; error?: { stack: string } }[] = []
  const logger = createLogger({ level: 'info', stream: { write: line => log.push(JSON.parse(line)) } })
  const router = createRouter(routes, logger)
  const fetch = (path: string, init?: RequestInit) => router(new Request(`http://localhost${path}`, init))
  return { fetch, router, log }
}

test('what a handler returns becomes the response', async () => {
  const { fetch } = setup(
    GET('/text', () => 'hello'),
    GET('/object', async () => ({ hello: 'you' })),
    GET('/number', () => 0),
    GET('/nothing', () => {}),
    GET('/response', () => new Response('teapot', { status: 418 })),
  )
  const text = await fetch('/text')
  // the space is there when Hono's Response is in the place of Node's
  expect(text.headers.get('content-type')).toMatch(/^text\/plain; ?charset=UTF-8$/)
  expect(await text.text()).toBe('hello')
  const object = await fetch('/object')
  expect([object.headers.get('content-type'), await object.json()]).toEqual([
    'application/json',
    { hello: 'you' },
  ])
  expect(await (await fetch('/number')).json()).toBe(0)
  expect((await fetch('/nothing')).status).toBe(204)
  expect((await fetch('/response')).status).toBe(418)
})

test('params are decoded, and typed after the path', async () => {
  const { fetch } = setup(GET('/users/:id/posts/:post', (_, { params }) => [params.id, params.post]))
  expect(await (await fetch('/users/a%20b/posts/%C3%A9/')).json()).toEqual(['a b', 'é'])
})

test('each method has its own handlers, and reads its request', async () => {
  const echo = async (request: Request) => `${request.method} ${await request.text()}`
  const { fetch } = setup(POST('/x', echo), PUT('/x', echo), PATCH('/x', echo), DELETE('/x', echo))
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    expect(await (await fetch('/x', { method, body: 'body' })).text()).toBe(`${method} body`)
  }
  expect((await fetch('/x')).status).toBe(404)
})

test('the first route that matches answers', async () => {
  const { fetch } = setup(
    GET('/users/me', () => 'me'),
    GET('/users/:id', () => 'somebody'),
  )
  expect(await (await fetch('/users/me')).text()).toBe('me')
})

test('what is mounted sees its own paths and knows where it is', async () => {
  const { fetch } = setup(
    mount('/jobs', (request, { path }) => new Response(`${path} ${new URL(request.url).pathname}`)),
    mount('/api/', new Hono().get('/hello', c => c.text(`hello ${c.req.query('name')}`)).fetch),
  )
  expect(await (await fetch('/jobs')).text()).toBe('/jobs /')
  expect(await (await fetch('/jobs/a/b?c')).text()).toBe('/jobs /a/b')
  expect(await (await fetch('/api/hello?name=ann')).text()).toBe('hello ann')
  expect((await fetch('/jobless')).status).toBe(404)
})

test('a handler knows who asks and when the server stops', async () => {
  const { router, fetch } = setup(
    GET('/', (_, { remoteAddress, stopping }) => ({ remoteAddress, aborted: stopping.aborted })),
  )
  const request = new Request('http://localhost/')
  const answer = await router(request, { remoteAddress: '10.0.0.1', stopping: AbortSignal.abort() })
  expect(await answer.json()).toEqual({ remoteAddress: '10.0.0.1', aborted: true })
  expect(await (await fetch('/')).json()).toEqual({ aborted: false })
})

test('a failure is told as a problem, with nothing of ours in it, and logged with everything', async () => {
  const { fetch, log } = setup(
    GET('/fails', () => {
      throw new KretesError('the password is hunter2', { code: 'DATABASE_UNREACHABLE' })
    }),
  )
  const response = await fetch('/fails')
  expect([response.status, response.headers.get('content-type')]).toEqual([500, 'application/problem+json'])
  expect(await response.json()).toEqual({
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    code: 'DATABASE_UNREACHABLE',
  })
  expect(log).toMatchObject([{ level: 'error', msg: 'GET /fails failed: the password is hunter2' }])
  expect(log[0]?.error?.stack).toContain('http.test.ts')
})

test.each([
  [
    'what is invalid',
    new KretesError('payload.to: expected string', { code: 'INVALID_PAYLOAD' }),
    400,
    'INVALID_PAYLOAD',
  ],
  ['an error with a status', Object.assign(new Error('not yours'), { status: 403 }), 403, undefined],
])('%s is the client’s to correct', async (_, error, status, code) => {
  const { fetch, log } = setup(
    POST('/', () => {
      throw error
    }),
  )
  const response = await fetch('/', { method: 'POST' })
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ status, detail: error.message, ...(code ? { code } : {}) })
  expect(log).toMatchObject([{ level: 'info' }])
})

test('a body that is no JSON is the client’s to correct', async () => {
  const { fetch } = setup(POST('/', request => request.json() as Promise<object>))
  expect(await (await fetch('/', { method: 'POST', body: '{"a":1}' })).json()).toEqual({ a: 1 })
  const response = await fetch('/', { method: 'POST', body: '{a' })
  expect(await response.json()).toMatchObject({ status: 400, code: 'INVALID_JSON' })
})

test('whatever is thrown, there is an answer', async () => {
  const { fetch } = setup(
    GET('/text', () => Promise.reject('text')),
    GET('/nothing', () => Promise.reject(undefined)),
    GET('/bigint', () => ({ big: 1n })),
  )
  for (const path of ['/text', '/nothing', '/bigint']) expect((await fetch(path)).status).toBe(500)
})

test('a path nobody answers is a problem too', async () => {
  const response = await setup().fetch('/nowhere')
  expect([response.status, await response.json()]).toEqual([
    404,
    { type: 'about:blank', title: 'Not Found', status: 404 },
  ])
})
