import type { ConfigInput } from './config.ts'
import type { Caller } from './http.ts'
import type { Address } from './http-server.ts'
import type { Host, Plugin } from './plugin.ts'
import type { Service } from './service.ts'

/** A running app, or one that could run. What can be started can be stopped; doing either twice does nothing. */
export interface App extends Host, Service, AsyncDisposable {
  readonly plugins: readonly Plugin[]
  /** Where it listens; undefined while it does not. */
  readonly address: Address | undefined
  /**
   * Reads the configuration, makes this the {@link currentApp} and prepares all plugins. `flags` win over the
   * configuration that the app was created with: they are what the command line says.
   */
  setup(flags?: ConfigInput): Promise<void>
  /** Sets up, then starts the plugins in order. */
  start(): Promise<void>
  /** Starts, then serves the routes on `http.host` and `http.port`. */
  listen(): Promise<Address>
  /** Lets the requests under way finish, stops the plugins last first, and closes the database. */
  stop(): Promise<void>
  /** Answers one request, for tests and for servers other than our own; sets up if need be. */
  readonly fetch: (request: Request, caller?: Caller) => Promise<Response>
}

const KEY = Symbol.for('kretes.app')
const shared = globalThis as { [KEY]?: App | undefined }

/** The app that was last set up and not yet stopped; global, so that two copies of this package agree on it. */
export function currentApp(): App | undefined {
  return shared[KEY]
}

export function makeCurrent(app: App): void {
  shared[KEY] = app
}

/** Leaves no current app, unless it is another one by now. */
export function dismiss(app: App): void {
  if (shared[KEY] === app) shared[KEY] = undefined
}
