/**
 * What whoever calls the handler may know beside the request: our framework and node:http tell who is at the other end
 * and what was asked for before a path was cut off. Nothing of it has to be there.
 */
export interface Visit {
  readonly remoteAddress?: string | undefined
  /** As it was asked for. */
  readonly url?: string | undefined
  /** Aborts when the server stops. */
  readonly stopping?: AbortSignal | undefined
}

/** As @hono/node-server has it, and Express adds to it. */
interface Incoming {
  readonly url?: string
  readonly originalUrl?: string
  readonly socket?: { readonly remoteAddress?: string }
}

const LOOPBACK_ADDRESS = /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/
const LOOPBACK_NAME = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/
/** A proxy has been there: the other end of the connection is not who asks. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip']

/** Makes the best of a second argument, which each framework fills in its own way. */
export function visitOf(given: unknown): Visit {
  const { remoteAddress, url, stopping, incoming } = Object(given) as Visit & { incoming?: Incoming }
  return {
    remoteAddress: text(remoteAddress) ?? text(incoming?.socket?.remoteAddress),
    url: text(url) ?? text(incoming?.originalUrl) ?? text(incoming?.url),
    stopping: stopping instanceof AbortSignal ? stopping : undefined,
  }
}

/**
 * Whether somebody at this machine asks, by its own name: under another one it may be a page on the internet whose name
 * leads here.
 */
export function isLocal(request: Request, { remoteAddress }: Visit): boolean {
  const { hostname } = new URL(request.url)
  const isForwarded = FORWARDED.some(name => request.headers.has(name))
  return !isForwarded && LOOPBACK_ADDRESS.test(remoteAddress ?? '') && LOOPBACK_NAME.test(hostname)
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
