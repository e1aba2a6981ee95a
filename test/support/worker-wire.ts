import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** The wire between a client and the database, which a test can disturb. */
export interface Wire {
  /** The database's connection string by way of this wire. */
  readonly url: string
  /** From now on nothing that the server says arrives; what the client says still does. */
  mute(): void
  /** From now on nothing arrives on either side, also on new connections, and nobody is told. */
  freeze(): void
  /** Ends all connections, as a lost network does in the end; new ones work again. */
  cut(): void
}

/** A wire that is taken away when the test is over. */
export async function wireTo(url: string): Promise<Wire> {
  const wire = await layWire(url)
  onTestFinished(() => wire.end())
  return wire
}

export async function layWire(url: string): Promise<Wire & { end(): Promise<void> }> {
  const { host, port } = addressOf(url)
  const pairs = new Set<Pair>()
  let frozen = false
  const server = createServer({ allowHalfOpen: true }, client => {
    // a unix socket is a path without a port
    const upstream = connect(
      host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port: Number(port) },
    )
    const pair = new Pair(client, upstream)
    if (frozen) pair.freeze()
    pairs.add(pair)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const through = new URL(url)
  through.searchParams.delete('host')
  through.hostname = '127.0.0.1'
  through.port = String((server.address() as AddressInfo).port)
  return {
    url: through.href,
    mute: () => each(pairs, pair => pair.mute()),
    freeze() {
      frozen = true
      each(pairs, pair => pair.freeze())
    },
    cut() {
      frozen = false
      each(pairs, pair => pair.cut())
    },
    end: () => end(server, pairs),
  }
}

function each(pairs: Set<Pair>, act: (pair: Pair) => void): void {
  for (const pair of pairs) act(pair)
}

function addressOf(url: string): { host: string; port: string } {
  const { hostname, port, searchParams } = new URL(url)
  return {
    host: searchParams.get('host') ?? (hostname || '127.0.0.1'),
    port: searchParams.get('port') ?? (port || '5432'),
  }
}

async function end(server: Server, pairs: Set<Pair>): Promise<void> {
  each(pairs, pair => pair.cut())
  await new Promise(resolve => server.close(resolve))
}

/** One connection: what the client says goes to the server, and back. */
class Pair {
  readonly #client: Socket
  readonly #server: Socket

  constructor(client: Socket, server: Socket) {
    this.#client = client
    this.#server = server
    for (const socket of [client, server]) socket.on('error', () => this.cut())
    client.pipe(server)
    server.pipe(client)
  }

  mute(): void {
    this.#server.unpipe(this.#client)
    this.#server.resume()
  }

  freeze(): void {
    this.#client.unpipe(this.#server)
    this.#server.unpipe(this.#client)
  }

  /** The client learns of it at once; the server does when it next reads or writes. */
  cut(): void {
    this.#client.destroy()
    this.#server.destroy()
  }
}
