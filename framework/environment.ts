import { KretesError } from './errors.ts'

/** Environment variables by name: the process's own, or what a test brings. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The only place in the house that touches `process.env`. */
export function processEnvironment(): Environment {
  return process.env
}

/** The value of one variable; empty counts as not set, because that is how shells and compose files unset. */
export function variable(name: string, environment: Environment = process.env): string | undefined {
  return environment[name] || undefined
}

export function isProduction(environment: Environment = process.env): boolean {
  return environment.NODE_ENV === 'production'
}

export function isCI(environment: Environment = process.env): boolean {
  const value = environment.CI
  return value !== undefined && value !== '' && value !== '0' && value !== 'false'
}

/** Whether text written to `stream` may carry colour: `NO_COLOR`, then `FORCE_COLOR`, then whether a person is watching. */
export function wantsColor(
  stream: { readonly isTTY?: boolean | undefined },
  environment: Environment = process.env,
): boolean {
  if (environment.NO_COLOR) return false
  if (environment.FORCE_COLOR) return environment.FORCE_COLOR !== '0'
  return stream.isTTY === true && environment.TERM !== 'dumb'
}

/** Where the environment says the database is: `DATABASE_URL`, else what {@link databaseUrlOfLibpq} finds. */
export function databaseUrl(environment: Environment = process.env): string | undefined {
  return variable('DATABASE_URL', environment) ?? databaseUrlOfLibpq(environment)
}

/**
 * The database that `psql` without arguments would open, as a URL, when `PGHOST`, `PGPORT`, `PGUSER` or
 * `PGDATABASE` is set. What is not set is left out of the URL and falls to the driver's own defaults.
 *
 * @throws KretesError `INVALID_ENVIRONMENT` when only `PGSERVICE` is set: Node's driver reads no service file.
 */
export function databaseUrlOfLibpq(environment: Environment = process.env): string | undefined {
  const { PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, PGSERVICE } = environment
  if (!(PGHOST || PGPORT || PGUSER || PGDATABASE)) return PGSERVICE ? refuseService(PGSERVICE) : undefined

  const password = PGPASSWORD ? `:${encodeURIComponent(PGPASSWORD)}` : ''
  const login = PGUSER ? `${encodeURIComponent(PGUSER)}${password}@` : ''
  const isSocket = PGHOST?.startsWith('/') ?? false
  const host = !PGHOST || isSocket ? 'localhost' : PGHOST.includes(':') ? `[${PGHOST}]` : PGHOST
  const port = PGPORT ? `:${PGPORT}` : ''
  const path = PGDATABASE ? `/${encodeURIComponent(PGDATABASE)}` : ''
  const socket = isSocket ? `?host=${encodeURIComponent(PGHOST ?? '')}` : ''
  return `postgres://${login}${host}${port}${path}${socket}`
}

function refuseService(service: string): never {
  throw new KretesError(`PGSERVICE is set to "${service}", but service files are not read`, {
    code: 'INVALID_ENVIRONMENT',
    hint: 'set DATABASE_URL, or PGHOST, PGUSER and PGDATABASE',
  })
}
