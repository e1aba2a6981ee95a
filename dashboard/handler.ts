import { type Context, Hono } from 'hono'
import { getCookie } from 'hono/cookie'
import { type Client, clientOf, InvalidOption } from '../background/operator.ts'
import { variable } from '../framework/environment.ts'
import { type Refusal, type Viewer, viewerOf } from './access.ts'
import { ASSETS } from './assets.ts'
import { newNonce, protect } from './headers.ts'
import { secretsOf } from './masking/secrets.ts'
import type { DashboardOptions } from './options.ts'
import type { View } from './pages/page.ts'
import { renderPage, renderProblem } from './pages/render.tsx'
import { PAGES } from './pages.ts'
import { type Place, placeOf } from './place.ts'
import { type Problem, problem, problemOf, problemResponse } from './problem.ts'
import type { Asked } from './readings/asked.ts'
import { foreign } from './same-origin.ts'
import { visitOf } from './visit.ts'

/** What has been found out about a request before a route answers it. */
interface Bindings {
  readonly place: Place
  readonly viewer: Viewer
  readonly nonce: string
}

type Environment = { Bindings: Bindings }

/** The dashboard as one function: first who asks and from where, then what. */
export function createHandler(
  options: DashboardOptions,
): (request: Request, visit?: unknown) => Promise<Response> {
  const client = clientOf(options.background)
  if (!client) throw notBackground()
  const routes = createRoutes(client, options)
  return async (request, given) => {
    const visit = visitOf(given)
    const place = placeOf(request, visit, options.path)
    const nonce = newNonce()
    const answer = async () => {
      const viewer = await viewerOf(request, visit, options)
      if (viewer instanceof Response) return viewer
      if (typeof viewer === 'string') return refuse(viewer, request)
      if (place.redirect) return new Response(null, { status: 302, headers: { location: place.redirect } })
      const objection = foreign(request)
      if (objection) return problemResponse(problem(403, { detail: objection, code: 'FORBIDDEN' }))
      return routes.fetch(at(place.path, request), { place, viewer, nonce })
    }
    return protect(await answer(), nonce)
  }
}

function createRoutes(client: () => Promise<Client>, options: DashboardOptions): Hono<Environment> {
  const hono = new Hono<Environment>()
  for (const page of PAGES)
    hono.get(page.path, async c => {
      const model = await page.read(await askedOf(c, client, options))
      const view = viewOf(c, options)
      return renderPage(page.title(model), page.page(model, view), view)
    })
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

async function askedOf(
  c: Context<Environment>,
  open: () => Promise<Client>,
  { redact }: DashboardOptions,
): Promise<Asked> {
  const client = await open()
  const { registry } = await client.tasks()
  return {
    client,
    secrets: secretsOf(redact, registry),
    viewer: c.env.viewer,
    params: c.req.param(),
    query: new URL(c.req.url).searchParams,
  }
}

function viewOf(c: Context<Environment>, options: DashboardOptions): View {
  const { place, viewer, nonce } = c.env
  const { title = 'Background', environment = variable('NODE_ENV') ?? 'development' } = options
  const query = new URL(c.req.url).searchParams
  const scheme = schemeOf(getCookie(c, 'background-scheme'))
  return { viewer, path: place.path, query, root: place.root, nonce, name: title, environment, scheme }
}

function schemeOf(chosen: string | undefined): View['scheme'] {
  return chosen === 'dark' || chosen === 'light' ? chosen : undefined
}

/** People get a page, programs a problem. */
function tell(
  told: Problem,
  c: Context<Environment>,
  options: DashboardOptions,
): Response | Promise<Response> {
  const isPage = !c.env.place.path.startsWith('/api/') && c.req.header('accept')?.includes('text/html')
  return isPage ? renderProblem(told, viewOf(c, options)) : problemResponse(told)
}

const CLOSED = {
  detail: 'the dashboard is closed: nobody has said who may see it',
  hint: "say so: dashboard({ background, authorize: request => (isAdmin(request) ? 'write' : 'none') })",
}

function refuse(refusal: Refusal, request: Request): Response {
  const told = refusal === 'closed' ? CLOSED : { detail: 'you may not see this' }
  if (!request.headers.get('accept')?.includes('text/html'))
    return problemResponse(problem(403, { ...told, code: 'FORBIDDEN' }))
  const text = Object.values(told).join('\n\n')
  return new Response(text, { status: 403, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}

/** The same request as routes see it. */
function at(path: string, request: Request): Request {
  const url = new URL(request.url)
  if (url.pathname === path) return request
  url.pathname = path
  return new Request(url, request)
}

function notBackground(): InvalidOption {
  return new InvalidOption(
    'background is not the Background of an app',
    'dashboard({ background: Background })',
  )
}
