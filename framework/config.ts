import type * as z from 'zod'
import { loadConfigFile } from './config-file.ts'
import { describeProblems, type Layer } from './config-problems.ts'
import { type ConfigSection, schemaOf, VARIABLES } from './config-schema.ts'
import { didYouMean } from './did-you-mean.ts'
import { databaseUrlOfLibpq, type Environment, processEnvironment, variable } from './environment.ts'
import { KretesError } from './errors.ts'
import { deepFreeze, isPlainObject, merge, type PlainObject } from './plain-object.ts'

/** How much is logged, from everything to nothing. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** How a log line looks: for people, or one JSON object per line for machines. */
export type LogFormat = 'pretty' | 'json'

/**
 * What `kretes.config.ts` may say. A plugin adds the section that is named after it, which gives it its type too:
 *
 * @example
 * declare module '@kretes/background/framework' {
 *   interface ConfigInput {
 *     mail?: { from: string }
 *   }
 * }
 */
export interface ConfigInput {
  /** Where the database is: a URL, or a URL and how to use it. Left out, development gets a PostgreSQL of its own. */
  database?: string | DatabaseInput | undefined
  /** Where the app listens: `localhost`, port 3000 by default; port 0 takes any that is free. */
  http?: { port?: number | undefined; host?: string | undefined } | undefined
  /** What is logged (`info` and above by default) and how: by default pretty for a person, JSON for anything else. */
  log?: { level?: LogLevel | undefined; format?: LogFormat | undefined } | undefined
}

/** The `database` section of {@link ConfigInput}. */
export interface DatabaseInput {
  /** `postgres://user:password@host:5432/database`. The environment variable `DATABASE_URL` wins over it. */
  url?: string | undefined
  /** How many connections this process opens at most; 10 by default. */
  poolSize?: number | undefined
}

/** Everything the app was told, with defaults filled in; deeply frozen. A plugin's section is under its name. */
export interface Config {
  readonly database: { readonly url?: string | undefined; readonly poolSize: number }
  readonly http: { readonly port: number; readonly host: string }
  readonly log: { readonly level: LogLevel; readonly format?: LogFormat | undefined }
  readonly [section: string]: unknown
}

/** Where {@link loadConfig} looks. */
export interface ConfigSources {
  /** The directory that holds `kretes.config.ts`. */
  readonly root: string
  /** What the command line or the caller says; wins over everything else. */
  readonly flags?: object | undefined
  /** Who else has a section. */
  readonly plugins?: readonly ConfigSection[] | undefined
  /**
   * Whether there may be plugins that are not known here: then their sections are passed over, unless they look like a
   * known one mistyped. Default: false.
   */
  readonly others?: boolean | undefined
  readonly environment?: Environment | undefined
}

const loaded = new WeakSet<object>()

/**
 * Gives the object in `kretes.config.ts` its type, so that the editor completes and checks it.
 *
 * @example
 * import { defineConfig } from '@kretes/background/framework'
 * export default defineConfig({ database: 'postgres://localhost/shop', log: { level: 'debug' } })
 */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config
}

/** Whether `value` came out of {@link loadConfig} and needs no second look. */
export function isLoadedConfig(value: object): value is Config {
  return loaded.has(value)
}

/**
 * The whole configuration of the app in `root`. Later wins: defaults, the `PGHOST` family, `kretes.config.ts`,
 * environment variables, flags.
 *
 * @throws KretesError `INVALID_CONFIG` that lists every problem, one per line.
 */
export async function loadConfig(sources: ConfigSources): Promise<Config> {
  const { root, flags = {}, plugins = [], others = false, environment = processEnvironment() } = sources
  const file = await loadConfigFile(root)
  const layers: Layer[] = [
    ...(file ? [{ source: file.name, values: sections(file.values) }] : []),
    ...environmentLayers(environment),
    { source: 'a flag', values: sections(flags) },
  ]
  const values = layers.reduce<PlainObject>((all, layer) => merge(all, layer.values) as PlainObject, {})
  const schema = schemaOf(plugins)
  const ours = others ? withoutOthers(values, Object.keys(schema.shape)) : values
  const config = validate(withLibpqDatabase(ours, environment), schema, layers)
  loaded.add(config)
  return config
}

function environmentLayers(environment: Environment): Layer[] {
  return VARIABLES.flatMap(({ name, section, key }) => {
    const text = variable(name, environment)
    if (text === undefined) return []
    const value = /^\d+$/.test(text) ? Number(text) : text
    return [{ source: name, values: { [section]: { [key]: value } } }]
  })
}

/** `database: 'postgres://…'` is short for `database: { url: 'postgres://…' }`. */
function sections(values: object): PlainObject {
  const database = 'database' in values ? values.database : undefined
  return typeof database === 'string' ? { ...values, database: { url: database } } : { ...values }
}

/** People export `PGUSER` for psql and forget it, so it does not win over what the project itself says. */
function withLibpqDatabase(values: PlainObject, environment: Environment): PlainObject {
  const database = values.database ?? {}
  if (!isPlainObject(database) || database.url !== undefined) return values
  const url = databaseUrlOfLibpq(environment)
  return url === undefined ? values : { ...values, database: { ...database, url } }
}

/** A section is an object; what is none, or has almost a known name, is a mistake that is to be told. */
function withoutOthers(values: PlainObject, known: readonly string[]): PlainObject {
  // a short name is near to many
  const isMistyped = (name: string) => name.length > 4 && didYouMean(name, known) !== undefined
  const isOurs = (name: string) => known.includes(name) || isMistyped(name)
  return Object.fromEntries(
    Object.entries(values).filter(([name, value]) => isOurs(name) || !isPlainObject(value)),
  )
}

function validate(values: PlainObject, schema: z.ZodObject, layers: readonly Layer[]): Config {
  const empty = Object.fromEntries(Object.keys(schema.shape).map(name => [name, {}]))
  const result = schema.safeParse(merge(empty, values))
  if (result.success) return deepFreeze(result.data) as unknown as Config
  const problems = describeProblems(result.error.issues, schema, layers)
  throw new KretesError(`invalid configuration\n${problems.map(problem => `  ${problem}`).join('\n')}`, {
    code: 'INVALID_CONFIG',
    hint: 'correct what is listed; in parentheses is where each value came from',
    cause: result.error,
  })
}
