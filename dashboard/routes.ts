import { createHash } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { getCookie } from 'hono/cookie'
import { type Client, InvalidOption } from '../background/operator.ts'
import { variable } from '../framework/environment.ts'
import type { Viewer } from './access.ts'
import { call } from './api/call.ts'
import type { Endpoint } from './api/endpoint.ts'
import { readForm, wayBack } from './api/forms.ts'
import { openapi } from './api/openapi.ts'
import { ENDPOINTS } from './api.ts'
import { ASSETS } from './assets.ts'
import { eventStream } from './live/events.ts'
import { Sampler } from './live/sampler.ts'
import type { Settings } from './options.ts'
import type { View } from './pages/page.ts'
import { renderPage, renderProblem } from './pages/render.tsx'
import { PAGES } from './pages.ts'
import type { Place } from './place.ts'
import { type Problem, problem, problemOf, problemResponse } from './problem.ts'
import type { Asked } from './readings/asked.ts'

/** What has been found out about a request before a route answers it. */
export interface Bindings {
  readonly place: Place
  readonly viewer: Viewer
  readonly nonce: string
  readonly stopping: AbortSignal | undefined
}

type Environment = { Bindings: Bindings }

/** Everything that the dashboard answers, once it is known who asks: pages, the API, forms, events, files. */
export function createRoutes(client: () => Promise<Client>, options: Settings): Hono<Environment> {
  const hono = new Hono<Environment>()
  const sampler = new Sampler(client)
  for (const page of PAGES)
    hono.get(page.path, async c => {
      const model = await page.read(await askedOf(c, client, options))
      const view = viewOf(c, options)
      return renderPage(page.title(model), page.page(model, view), view)
    })
  hono.get('/api/openapi.json', c => c.json(openapi(ENDPOINTS)))
  hono.get('/api/events', c => eventStream(sampler, c.env.stopping))
  for (const endpoint of ENDPOINTS)
    hono.on(endpoint.method.toUpperCase(), endpoint.path, async c =>
      answered(c, endpoint, await askedOf(c, client, options)),
    )
  hono.post('/forms/*', c => takeForm(hono, c, options))
  hono.get('/assets/:name', c => {
    const asset = ASSETS.get(c.req.param('name'))
    if (!asset) return c.notFound()
    const forEver = 'public, max-age=31536000, immutable'
    return new Response(asset.body, { headers: { 'content-type': asset.type, 'cache-control': forEver } })
  })
  hono.notFound(c => tell(problem(404, { detail: 'there is no such page' }), c, options))
  hono.onError((error, c) => tell(problemOf(error), c, options))
  return hono
}

/** What does not change need not be sent again. */
async function answered(c: Context<Environment>, endpoint: Endpoint, asked: Asked): Promise<Response> {
  const answer = await call(endpoint, asked, await bodyOf(c))
  const text = JSON.stringify(answer)
  if (endpoint.method !== 'get') return json(text, endpoint.status)
  const etag = `"${createHash('sha1').update(text).digest('base64url')}"`
  const isKnown = c.req.header('if-none-match')?.includes(etag)
  return isKnown ? new Response(null, { status: 304, headers: { etag } }) : json(text, 200, { etag })
}

function json(text: string, status: number, headers = {}): Response {
  return new Response(text, { status, headers: { 'content-type': 'application/json', ...headers } })
}

async function bodyOf(c: Context<Environment>): Promise<unknown> {
  const text = c.req.method === 'GET' ? '' : await c.req.text()
  try {
    return text === '' ? {} : JSON.parse(text)
  } catch (error) {
    throw new InvalidOption('the body of the request is not JSON', 'send an object as JSON', error)
  }
}

/** A form does what a request to the API would do, and goes back to a page. */
async function takeForm(
  hono: Hono<Environment>,
  c: Context<Environment>,
  options: Settings,
): Promise<Response> {
  const { method, body, back } = readForm(new URLSearchParams(await c.req.text()))
  const url = new URL(c.req.url)
  url.pathname = url.pathname.replace(/^\/forms\//, '/')
  const headers = { 'content-type': 'application/json' }
  const request = new Request(url, { method, headers, body })
  const answer = await hono.fetch(request, c.env)
  const told = await answer.json()
  if (!answer.ok) return renderProblem(told as Problem, viewOf(c, options))
  return new Response(null, {
    status: 303,
    headers: { location: wayBack(c.env.place.root, back, told as object) },
  })
}

async function askedOf(
  c: Context<Environment>,
  open: () => Promise<Client>,
  { redact, latencyTarget }: Settings,
): Promise<Asked> {
  const client = await open()
  return {
    client,
    latencyTarget,
    secrets: await client.secrets(redact),
    viewer: c.env.viewer,
    params: c.req.param(),
    query: new URL(c.req.url).searchParams,
  }
}

function viewOf(c: Context<Environment>, options: Settings): View {
  const { place, viewer, nonce } = c.env
  const { title = 'Background', environment = variable('NODE_ENV') ?? 'development', links } = options
  const query = new URL(c.req.url).searchParams
  const scheme = schemeOf(getCookie(c, 'background-scheme'))
  return { viewer, path: place.path, query, root: place.root, nonce, name: title, environment, scheme, links }
}

function schemeOf(chosen: string | undefined): View['scheme'] {
  return chosen === 'dark' || chosen === 'light' ? chosen : undefined
}

/** People get a page, programs a problem. */
function tell(told: Problem, c: Context<Environment>, options: Settings): Response | Promise<Response> {
  const isPage = !c.env.place.path.startsWith('/api/') && c.req.header('accept')?.includes('text/html')
  return isPage ? renderProblem(told, viewOf(c, options)) : problemResponse(told)
}
