import type { Client } from './client/client.ts'

/** How code anywhere in the process gets the client of the app that runs. */
type ClientSource = () => Promise<Client>

const KEY = Symbol.for('kretes.background')
const shared = globalThis as { [KEY]?: ClientSource | undefined }

/** Makes `source` the one that {@link currentClient} asks; undefined takes it away. Global: copies of this package agree. */
export function shareClient(source: ClientSource | undefined): void {
  shared[KEY] = source
}

/** Whoever shares a client now. */
export function sharedClient(): ClientSource | undefined {
  return shared[KEY]
}
