import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Dashboard } from './options.ts'

/**
 * A dashboard for what takes Node's own requests: node:http, Express, and Fastify with @fastify/middie. It has to come
 * before anything that reads the bodies of requests.
 *
 * @example app.use('/background', toNode(dashboard({ background: Background, authorize })))
 */
export function toNode(
  handle: Dashboard,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const listener = getRequestListener((request, env) => handle(request, env), {
    overrideGlobalObjects: false,
  })
  return async (request, response) => {
    await listener(request, response)
  }
}
