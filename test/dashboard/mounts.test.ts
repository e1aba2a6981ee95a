import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { afterEach, expect, test } from 'vitest'
import { type Dashboard, type DashboardOptions, dashboard, toNode } from '../../dashboard/index.ts'
import { createRouter } from '../../framework/http.ts'
import { HttpServer } from '../../framework/http-server.ts'
import { createLogger } from '../../framework/logger.ts'
import { mount } from '../../framework/routes.ts'
import { useClients } from '../support/client.ts'
import { useEngine } from '../support/engine.ts'

const engine = useEngine()
const clients = useClients(engine)
const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

const ACTOR = { role: 'write', actor: 'ann' } as const
const SILENT = createLogger({ level: 'error', format: 'json', stream: { write: () => {} } })

/** Serves what an app would mount at `path`, and answers with the address of the server. */
type Mounting = (open: (options?: Partial<DashboardOptions>) => Dashboard, path: string) => Promise<string>

const MOUNTINGS: Readonly<Record<string, Mounting>> = {
  'our framework': async (open, path) => {
    const routes = [mount(path || '/', open())]
    const server = new HttpServer(createRouter(routes, SILENT), { host: 'localhost', port: 0 })
    await server.start()
    ends.push(() => server.stop())
    return server.address?.url ?? ''
  },
  Hono: async (open, path) => {
    const hono = new Hono()
    hono.mount(path || '/', open())
    return addressOf(serve({ fetch: hono.fetch, port: 0, hostname: 'localhost' }) as Server)
  },
  'node:http': async (open, path) => listen(toNode(open({ path }))),
  // cuts off where it is mounted, and says in originalUrl what was asked for
  Express: async (open, path) => {
    const handler = toNode(open())
    return listen((request, response) => {
      Object.assign(request, { originalUrl: request.url })
      request.url = request.url?.slice(path.length) || '/'
      if (request.url.startsWith('?')) request.url = `/${request.url}`
      void handler(request, response)
    })
  },
  // hands over the raw request, of which it has cut off nothing
  Fastify: async (open, path) => {
    const handler = toNode(open({ path }))
    return listen((request, response) => void handler(request, response))
  },
  // a route is a function for each method, which also gets the parameters of its path
  Next: async (open, path) => {
    const GET = open({ path })
    const route = { GET, POST: GET, PATCH: GET, DELETE: GET }
    return listen(async (request, response) => {
      const method = request.method as keyof typeof route
      const answer = await route[method](await webRequest(request), {
        params: Promise.resolve({ path: ['x'] }),
      })
      response.writeHead(answer.status, Object.fromEntries(answer.headers))
      response.end(Buffer.from(await answer.arrayBuffer()))
    })
  },
}

test.each(Object.keys(MOUNTINGS).flatMap(name => ['', '/a', '/a/b'].map(path => ({ name, path }))))(
  'in $name at "$path" pages lead to each other and forms do what they say',
  async ({ name, path }) => {
    const client = clients.open()
    const { id } = await client.schedule({ task: 'SendEmail', payload: {} })
    const open = (options = {}) => dashboard({ background: client, authorize: () => ACTOR, ...options })
    const server = await (MOUNTINGS[name] as Mounting)(open, path)
    const root = `${server}${path}/`

    // without its slash, links would lead astray
    const first = await fetch(`${server}${path}`)
    expect([first.status, first.url]).toEqual([200, root])
    const jobs = await pageAt(first, 'jobs')
    const job = await pageAt(jobs, `jobs/${id}`)
    expect(job.url).toBe(`${root}jobs/${id}`)
    const script = /src="([^"]+)"/.exec(await job.clone().text())?.[1] ?? ''
    expect((await fetch(new URL(script, baseOf(await job.clone().text(), job.url)))).status).toBe(200)

    const form = await fetch(`${root}forms/api/jobs/${id}/cancel`, {
      method: 'POST',
      headers: { origin: new URL(server).origin },
      body: new URLSearchParams({ _back: 'jobs/:id' }),
    })
    expect([form.status, form.url]).toEqual([200, `${root}jobs/${id}`])
    expect((await client.jobs.get(id)).state).toBe('cancelled')
    const api = await fetch(`${root}api/jobs/${id}/retry`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    expect(await api.json()).toEqual({ id })
  },
)

test('behind a proxy that cuts off its path, nobody has to say so', async () => {
  const client = clients.open()
  const handle = dashboard({ background: client, authorize: () => ACTOR })
  const inner = await listen(toNode(handle))
  const proxy = await listen(async (request, response) => {
    const answer = await fetch(inner + (request.url?.slice('/ops/jobs'.length) || '/'), {
      redirect: 'manual',
    })
    response.writeHead(answer.status, { location: answer.headers.get('location') ?? '' })
    response.end(await answer.text())
  })
  const first = await fetch(`${proxy}/ops/jobs/`)
  const queues = await pageAt(first, 'queues')
  expect(queues.url).toBe(`${proxy}/ops/jobs/queues`)
})

/** Follows the link to `path` on a page, as a browser would. */
async function pageAt(page: Response, path: string): Promise<Response> {
  const html = await page.clone().text()
  expect(html).toContain(`href="${path}"`)
  const answer = await fetch(new URL(path, baseOf(html, page.url)), { headers: { accept: 'text/html' } })
  expect(answer.status).toBe(200)
  return answer
}

function baseOf(html: string, url: string): URL {
  return new URL(/<base href="([^"]*)"/.exec(html)?.[1] ?? '', url)
}

function listen(listener: RequestListener): Promise<string> {
  return addressOf(createServer(listener).listen(0, 'localhost'))
}

async function addressOf(server: Server): Promise<string> {
  if (!server.listening) await new Promise<void>(resolve => server.once('listening', resolve))
  ends.push(() => {
    server.closeAllConnections()
    return new Promise(resolve => server.close(resolve))
  })
  return `http://localhost:${(server.address() as AddressInfo).port}`
}

async function webRequest(request: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const { method = 'GET', headers } = request
  const body = method === 'GET' ? undefined : Buffer.concat(chunks)
  return new Request(`http://${headers.host}${request.url}`, {
    method,
    headers: Object.entries(headers).map(([name, value]) => [name, String(value)]),
    body,
  } as RequestInit)
}
