import type pg from 'pg'
import { KretesError } from './errors.ts'

/** What a pool was made with, as far as it says where to connect and how. */
interface PoolSettings {
  readonly connectionString?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | string | undefined
  readonly user?: string | undefined
  readonly password?: unknown
  readonly database?: string | undefined
  readonly ssl?: unknown
}

/**
 * The connection string for where `pool` connects; undefined when it leaves that to the `PG*` environment variables.
 *
 * @throws KretesError `POOL_URL` for settings that no connection string can carry.
 */
export function urlOfPool(pool: pg.Pool): string | undefined {
  const settings = pool.options as PoolSettings
  const url = settings.connectionString ?? urlOfParts(settings)
  const sslmode = sslModeOf(settings.ssl)
  if (sslmode === undefined || url?.includes('sslmode=')) return url
  return `${url ?? 'postgres:///'}${url?.includes('?') ? '&' : '?'}sslmode=${sslmode}`
}

function urlOfParts({ host, port, user, password, database }: PoolSettings): string | undefined {
  if (typeof password === 'function') throw notInUrl('its password is a function')
  const parts = [host, port, user, password, database]
  if (parts.every(part => part === undefined || part === null)) return undefined
  const named = host !== undefined && !host.startsWith('/')
  const place = named
    ? `${host.includes(':') ? `[${host}]` : host}${port === undefined ? '' : `:${port}`}`
    : ''
  // a socket's directory, and a port without a host, have no place in front of the path
  const query = new URLSearchParams({
    ...(!named && host !== undefined && { host }),
    ...(!named && port !== undefined && { port: String(port) }),
  })
  const secret = typeof password === 'string' ? `:${encodeURIComponent(password)}` : ''
  const login = user === undefined && secret === '' ? '' : `${encodeURIComponent(user ?? '')}${secret}@`
  return `postgres://${login}${place}/${encodeURIComponent(database ?? '')}?${query}`.replace(/\?$/, '')
}

function sslModeOf(ssl: unknown): string | undefined {
  if (ssl === undefined || ssl === null || ssl === false) return undefined
  if (ssl === true) return 'verify-full'
  const { rejectUnauthorized, ...rest } = ssl as { rejectUnauthorized?: boolean }
  const [first] = Object.keys(rest)
  if (first !== undefined) throw notInUrl(`its ssl settings have ${first}`)
  return rejectUnauthorized === false ? 'no-verify' : 'verify-full'
}

function notInUrl(why: string): KretesError {
  return new KretesError(`no connection string can be made of the pool's settings: ${why}`, {
    code: 'POOL_URL',
    hint: 'give a url beside the pool; for certificates: postgres://…?sslmode=verify-full&sslrootcert=/path/to/ca.pem',
  })
}
