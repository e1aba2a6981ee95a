import { AppDatabase } from './app-database.ts'
import { type Config, type ConfigInput, isLoadedConfig, loadConfig } from './config.ts'
import { type App, dismiss, makeCurrent } from './current-app.ts'
import type { Database } from './database.ts'
import { KretesError } from './errors.ts'
import type { Caller, Router } from './http.ts'
import type { Address, HttpServer } from './http-server.ts'
import type { Logger } from './logger.ts'
import { merge } from './plain-object.ts'
import type { Host, Plugin } from './plugin.ts'
import type { Route } from './routes.ts'
import { type Service, stopInReverse } from './service.ts'

export type { App } from './current-app.ts'

/** What an app is made of; all of it is optional. */
export interface AppOptions {
  readonly plugins?: readonly Plugin[] | undefined
  readonly routes?: readonly Route[] | undefined
  /** The directory with `kretes.config.ts`; the current one by default. */
  readonly root?: string | undefined
  /** What wins over file and environment, or a configuration that has been loaded already. */
  readonly config?: ConfigInput | Config | undefined
  /** Instead of the logger that the configuration describes. */
  readonly logger?: Logger | undefined
}

/**
 * An app of `plugins` and `routes`. Nothing happens before {@link App.setup}, `start` or `listen`.
 *
 * @example
 * const app = createApp({ routes: [GET('/', () => 'hello')] })
 * const { url } = await app.listen()
 */
export function createApp(options: AppOptions = {}): App {
  return new KretesApp(options)
}

/** What setting up makes; gone again once stopped. */
interface State {
  readonly config: Config
  readonly logger: Logger
  readonly database: AppDatabase
}

class KretesApp implements App {
  readonly root: string
  readonly plugins: readonly Plugin[]
  readonly #options: AppOptions
  #state: State | undefined
  #router: Promise<Router> | undefined
  #server: HttpServer | undefined
  /** In the order in which they start: the database, the plugins, the server. */
  readonly #services: Service[] = []
  #settingUp: Promise<void> | undefined
  #starting: Promise<void> | undefined
  #listening: Promise<Address> | undefined
  #stopping: Promise<void> | undefined

  constructor(options: AppOptions) {
    this.#options = options
    this.root = options.root ?? process.cwd()
    this.plugins = options.plugins ?? []
  }

  get config(): Config {
    return this.#ready().config
  }

  get logger(): Logger {
    return this.#ready().logger
  }

  get address(): Address | undefined {
    return this.#server?.address
  }

  section<Section>(plugin: Plugin<Section>): Section {
    return this.config[plugin.name] as Section
  }

  async database(): Promise<Database> {
    return this.#ready().database.get()
  }

  async setup(flags?: ConfigInput): Promise<void> {
    if (this.#stopping) await this.#stopping.catch(() => {})
    this.#settingUp ??= this.#orShutDown(this.#setUp(flags))
    await this.#settingUp
  }

  async start(): Promise<void> {
    if (this.#stopping) await this.#stopping.catch(() => {})
    this.#starting ??= this.#orShutDown(this.#start())
    await this.#starting
  }

  async listen(): Promise<Address> {
    if (this.#stopping) await this.#stopping.catch(() => {})
    this.#listening ??= this.#orShutDown(this.#listen())
    return this.#listening
  }

  async stop(): Promise<void> {
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = undefined
    })
    await this.#stopping
  }

  readonly fetch = async (request: Request, caller?: Caller): Promise<Response> => {
    await this.setup()
    const router = await this.#routes()
    return router(request, caller)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #setUp(flags: ConfigInput | undefined): Promise<void> {
    const { config: given = {}, logger: givenLogger } = this.#options
    const { root, plugins } = this
    const wanted = flags === undefined ? given : (merge(given, flags) as ConfigInput)
    const config = isLoadedConfig(wanted) ? wanted : await loadConfig({ root, plugins, flags: wanted })
    const logger = givenLogger ?? (await import('./logger.ts')).createLogger(config.log)
    const database = new AppDatabase({ root, config, logger })
    this.#state = { config, logger, database }
    this.#services.push(database)
    makeCurrent(this)
    for (const plugin of plugins) {
      await plugin.setup?.(this)
      this.#services.push(asService(plugin, this))
    }
  }

  async #start(): Promise<void> {
    await this.setup()
    for (const service of this.#services) await service.start()
  }

  async #listen(): Promise<Address> {
    await this.start()
    const { HttpServer } = await import('./http-server.ts')
    const server = new HttpServer(await this.#routes(), this.config.http)
    await server.start()
    this.#services.push(server)
    this.#server = server
    const address = server.address as Address
    this.logger.info(`listening at ${address.url}`)
    return address
  }

  async #stop(): Promise<void> {
    await Promise.allSettled([this.#settingUp, this.#starting, this.#listening])
    await this.#shutDown()
  }

  async #orShutDown<T>(step: Promise<T>): Promise<T> {
    try {
      return await step
    } catch (error) {
      await this.#shutDown().catch(() => {})
      throw error
    }
  }

  async #shutDown(): Promise<void> {
    try {
      await stopInReverse(this.#services.splice(0))
    } finally {
      this.#state = this.#router = this.#server = undefined
      this.#settingUp = this.#starting = this.#listening = undefined
      dismiss(this)
    }
  }

  #routes(): Promise<Router> {
    const { logger } = this.#ready()
    this.#router ??= import('./http.ts').then(({ createRouter }) =>
      createRouter(this.#options.routes ?? [], logger),
    )
    return this.#router
  }

  #ready(): State {
    if (this.#state) return this.#state
    throw new KretesError('the app is not set up', {
      code: 'APP_NOT_SET_UP',
      hint: 'call await app.setup(), app.start() or app.listen() first',
    })
  }
}

function asService(plugin: Plugin, host: Host): Service {
  return {
    start: async () => plugin.start?.(host),
    stop: async () => plugin.stop?.(host),
  }
}
