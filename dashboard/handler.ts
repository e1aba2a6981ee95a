import { clientOf, InvalidOption } from '../background/operator.ts'
import { milliseconds } from '../framework/duration.ts'
import { type Refusal, viewerOf } from './access.ts'
import { newNonce, protect } from './headers.ts'
import type { DashboardOptions } from './options.ts'
import { placeOf } from './place.ts'
import { problem, problemOf, problemResponse } from './problem.ts'
import { createRoutes } from './routes.ts'
import { foreign } from './same-origin.ts'
import { visitOf } from './visit.ts'

/** The dashboard as one function: first who asks and from where, then what. */
export function createHandler(
  options: DashboardOptions,
): (request: Request, visit?: unknown) => Promise<Response> {
  const client = clientOf(options.background)
  if (!client) throw notBackground()
  const { latencyTarget = '1m', links = () => [] } = options
  const routes = createRoutes(client, { ...options, links, latencyTarget: milliseconds(latencyTarget) })
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
      return routes.fetch(at(place.path, request), { place, viewer, nonce, stopping: visit.stopping })
    }
    // whatever goes wrong before it is known who asks, nobody is let in
    return protect(await answer().catch(error => problemResponse(problemOf(error))), nonce)
  }
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
