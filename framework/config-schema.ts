import * as z from 'zod'
import { KretesError } from './errors.ts'

/** What {@link schemaOf} needs to know of a plugin: its section's name and shape. */
export interface ConfigSection {
  readonly name: string
  readonly config?: z.ZodType | undefined
}

/** Which environment variable sets what. Not HOST: some shells export it as the machine's name. */
export const VARIABLES = [
  { name: 'DATABASE_URL', section: 'database', key: 'url' },
  { name: 'DATABASE_POOL_SIZE', section: 'database', key: 'poolSize' },
  { name: 'PORT', section: 'http', key: 'port' },
  { name: 'KRETES_HOST', section: 'http', key: 'host' },
  { name: 'LOG_LEVEL', section: 'log', key: 'level' },
  { name: 'LOG_FORMAT', section: 'log', key: 'format' },
] as const

const databaseUrl = z.string().refine(isPostgresUrl, {
  error:
    'expected a URL such as postgres://user:password@localhost:5432/database (in the password, / is %2F, # is %23, ? is %3F)',
})

const CORE = {
  database: z.strictObject({
    url: databaseUrl.optional(),
    poolSize: z.int().min(1).max(1_000).default(10),
  }),
  http: z.strictObject({
    port: z.int().min(0).max(65_535).default(3_000),
    host: z.string().min(1).default('localhost'),
  }),
  log: z.strictObject({
    level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    format: z.enum(['pretty', 'json']).optional(),
  }),
}

/** The schema of the whole configuration; every section may be left out, none may have keys it does not know. */
export function schemaOf(plugins: readonly ConfigSection[]): z.ZodObject {
  const sections: Record<string, z.ZodType> = { ...CORE }
  for (const { name, config = z.strictObject({}) } of plugins) {
    if (name in sections) throw duplicate(name)
    sections[name] = config instanceof z.ZodObject ? config.strict() : config
  }
  return z.strictObject(sections)
}

function isPostgresUrl(url: string): boolean {
  // pg accepts an empty host after @, which URL refuses
  return /^postgres(ql)?:\/\//.test(url) && URL.canParse(url.replace('@/', '@localhost/'))
}

function duplicate(name: string): KretesError {
  return new KretesError(`"${name}" is the name of two plugins, or of a plugin and a part of the framework`, {
    code: 'DUPLICATE_PLUGIN',
    hint: 'give each plugin a name of its own: it also names its section in kretes.config.ts',
  })
}
