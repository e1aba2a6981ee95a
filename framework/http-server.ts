import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { after } from './clock.ts'
import { KretesError, messageOf } from './errors.ts'
import type { Router } from './http.ts'
import type { Service } from './service.ts'

type FetchCallback = Parameters<typeof getRequestListener>[0]

/** Where a server listens. */
export interface Address {
  readonly host: string
  /** The port it got, also when it asked for any (0). */
  readonly port: number
  /** `http://localhost:3000` */
  readonly url: string
}

/** How long {@link HttpServer.stop} waits for the requests under way. */
const GRACE_MS = 10_000

/** Serves a router over HTTP. Stopping refuses new connections and lets the requests under way finish. */
export class HttpServer implements Service {
  readonly #router: Router
  readonly #host: string
  readonly #port: number
  #stopping = new AbortController()
  #server: Server | undefined
  #address: Address | undefined

  constructor(router: Router, { host, port }: { readonly host: string; readonly port: number }) {
    this.#router = router
    this.#host = host
    this.#port = port
  }

  /** Undefined while it does not listen. */
  get address(): Address | undefined {
    return this.#address
  }

  async start(): Promise<void> {
    if (this.#server) return
    this.#stopping = new AbortController()
    this.#server = this.#createServer()
    try {
      this.#server.listen(this.#port, this.#host)
      await once(this.#server, 'listening')
    } catch (error) {
      this.#server = undefined
      throw cannotListen(error, this.#host, this.#port)
    }
    const { port } = this.#server.address() as AddressInfo
    const host = this.#host.includes(':') ? `[${this.#host}]` : this.#host
    this.#address = { host: this.#host, port, url: `http://${host}:${port}` }
  }

  async stop(): Promise<void> {
    const server = this.#server
    if (!server) return
    this.#server = undefined
    this.#address = undefined
    this.#stopping.abort()
    const closed = once(server, 'close')
    server.close()
    const giveUpWaiting = after(GRACE_MS, () => server.closeAllConnections())
    await closed
    giveUpWaiting()
  }

  #createServer(): Server {
    const stopping = this.#stopping.signal
    const answer: FetchCallback = (request, { incoming }) =>
      this.#router(request, { remoteAddress: incoming.socket.remoteAddress, stopping })
    const server = createServer(
      getRequestListener(answer, { hostname: this.#host, overrideGlobalObjects: false }),
    )
    // or a connection that is kept alive for a next request makes a stopping server wait for that request
    server.on('request', (_, response) =>
      response.on('close', () => stopping.aborted && server.closeIdleConnections()),
    )
    return server
  }
}

function cannotListen(error: unknown, host: string, port: number): KretesError {
  const isTaken = (error as { code?: unknown }).code === 'EADDRINUSE'
  return new KretesError(
    `cannot listen on ${host}:${port}: ${isTaken ? 'something else does' : messageOf(error)}`,
    {
      code: isTaken ? 'PORT_IN_USE' : 'CANNOT_LISTEN',
      hint: isTaken
        ? 'stop the other one, or set PORT to another port; 0 takes any that is free'
        : 'correct http.host and http.port',
      cause: error,
    },
  )
}
