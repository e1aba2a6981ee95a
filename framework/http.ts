import { STATUS_CODES } from 'node:http'
import { type Context, Hono } from 'hono'
import { mount } from 'hono/mount'
import { isKretesError, KretesError, messageOf } from './errors.ts'
import type { Logger } from './logger.ts'
import type { FetchHandler, Handler, Reply, Route } from './routes.ts'

/** What the server knows of whoever asks. */
export interface Caller {
  readonly remoteAddress?: string | undefined
  readonly stopping?: AbortSignal | undefined
}

/** Answers every request, also with an error: it never rejects. */
export type Router = (request: Request, caller?: Caller) => Promise<Response>

type Environment = { Bindings: Caller & { readonly url: string } }

const NEVER = new AbortController().signal

/** `routes` as one function, the first that matches answers; what handlers throw is logged and becomes a problem+json. */
export function createRouter(routes: readonly Route[], logger: Logger): Router {
  const hono = new Hono<Environment>({ strict: false })
  for (const route of routes) {
    if (route.kind === 'mount')
      hono.all(`${route.path.replace(/\/$/, '')}/*`, mounted(route.path, route.handler))
    else hono.on(route.method, route.path, c => answer(route.handler, c))
  }
  hono.notFound(() => problem(404))
  hono.onError((error, c) => failure(error, c.req.raw, logger))
  return async (request, caller = {}) => {
    try {
      return await hono.fetch(request, { ...caller, url: request.url })
    } catch (thrown) {
      // Hono lets pass what is not an Error
      return failure(thrown, request, logger)
    }
  }
}

async function answer(handler: Handler, c: Context<Environment>): Promise<Response> {
  const context = { params: c.req.param(), ...callerOf(c.env) }
  return replyWith(await handler(blamingClient(c.req.raw), context))
}

/** A body that is no JSON is the client's mistake; the bare SyntaxError would look like one of ours. */
function blamingClient(request: Request): Request {
  const json = request.json.bind(request)
  const value = () =>
    json().catch(cause => {
      throw new KretesError('the body of the request is not JSON', { code: 'INVALID_JSON', cause })
    })
  return Object.defineProperty(request, 'json', { value, configurable: true })
}

function mounted(path: string, handler: FetchHandler) {
  return mount((request: Request, caller: Environment['Bindings']) =>
    handler(request, { path, url: caller.url, ...callerOf(caller) }),
  )
}

function callerOf({ remoteAddress, stopping = NEVER }: Caller) {
  return { remoteAddress, stopping }
}

function replyWith(reply: Reply): Response {
  if (reply instanceof Response) return reply
  if (reply === undefined || reply === null) return new Response(null, { status: 204 })
  if (typeof reply === 'string') return new Response(reply)
  return Response.json(reply)
}

/** The client learns what it did wrong and nothing about us; all of it is in the log. */
function failure(error: unknown, request: Request, logger: Logger): Response {
  const status = statusOf(error)
  const code = isKretesError(error) ? error.code : undefined
  const happened = `${request.method} ${new URL(request.url).pathname} failed: ${messageOf(error)}`
  if (status < 500) {
    logger.info(happened, { status, code })
    return problem(status, { detail: messageOf(error), code })
  }
  logger.error(happened, { status, error })
  return problem(status, { code })
}

/** An error may bring its own `status`, as those of Hono do; what is called invalid is the client's to correct. */
function statusOf(error: unknown): number {
  const { status } = Object(error) as { status?: unknown }
  if (typeof status === 'number' && status >= 400 && status < 500) return status
  return isKretesError(error) && error.code.startsWith('INVALID_') ? 400 : 500
}

function problem(status: number, more: object = {}): Response {
  const body = { type: 'about:blank', title: STATUS_CODES[status], status, ...more }
  return Response.json(body, { status, headers: { 'content-type': 'application/problem+json' } })
}
