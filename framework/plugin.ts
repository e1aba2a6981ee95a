import type * as z from 'zod'
import type { Config } from './config.ts'
import type { Database } from './database.ts'
import type { Logger } from './logger.ts'

/**
 * A module of the framework: background jobs, mail, a dashboard. Everything but the name is optional.
 *
 * @example
 * const mail: Plugin<{ from: string }> = {
 *   name: 'mail',
 *   config: z.object({ from: z.email() }),
 *   async setup(host) {
 *     host.logger.info('mail is sent', { from: host.section(mail).from })
 *   },
 * }
 */
export interface Plugin<Section = unknown> {
  /** Also the name of its section in `kretes.config.ts`. */
  readonly name: string
  /** The shape of its section. Keys it does not know are reported, and the section may be left out if all keys may. */
  readonly config?: z.ZodType<Section>
  /** A module with `register(program)`: the commands it adds to `ks`, loaded when somebody asks for them. */
  readonly commands?: URL
  /** Prepares; called before any plugin starts, in the order of the plugins. */
  setup?(host: Host): void | Promise<void>
  /** Begins to work. When it fails, the whole app stops again. */
  start?(host: Host): void | Promise<void>
  /**
   * Ends the work and waits for what is under way. Called last first, for every plugin that was set up, also
   * when it never started or failed to.
   */
  stop?(host: Host): void | Promise<void>
}

/** What a plugin gets to work with. */
export interface Host {
  /** The directory of the app. */
  readonly root: string
  readonly config: Config
  readonly logger: Logger
  /** The section of `plugin` in the configuration, validated and with its defaults. */
  section<Section>(plugin: Plugin<Section>): Section
  /** The app's database, opened when first asked for. */
  database(): Promise<Database>
}
