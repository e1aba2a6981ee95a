import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { explainDatabaseError } from './database-errors.ts'
import { KretesError } from './errors.ts'

const INSUFFICIENT_PRIVILEGE = '42501'

/**
 * Lends a new, empty database beside the one at `url`, and drops it when `work` has ended, however it ends. Whoever
 * works in it has to have left by then.
 *
 * @param url connection string; undefined leaves it to the `PG*` environment variables
 * @throws KretesError `SCRATCH_DENIED` when the role may not create databases, `DATABASE_UNREACHABLE`
 */
export async function withScratchDatabase<T>(
  url: string | undefined,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(url === undefined ? {} : { connectionString: url })
  // a lost connection fails the next statement, which is soon enough
  client.on('error', () => {})
  await client.connect().catch(error => {
    throw explainDatabaseError(error, url)
  })
  const name = `kretes_scratch_${randomBytes(6).toString('hex')}`
  try {
    await client.query(`create database ${name}`).catch(error => {
      throw denied(error, client.user)
    })
    try {
      return await work(urlOf(client, url, name))
    } finally {
      await client.query(`drop database ${name}`)
    }
  } finally {
    await client.end()
  }
}

function denied(cause: unknown, user: string | undefined): unknown {
  if ((cause as { code?: string }).code !== INSUFFICIENT_PRIVILEGE) return cause
  return new KretesError(`the role "${user}" may not create databases`, {
    ...{ code: 'SCRATCH_DENIED', cause },
    hint: `let it, for a while: alter role "${user}" createdb; or name another role in DATABASE_URL`,
  })
}

/** The same place with another database; what the environment says beside that, it says again. */
function urlOf(client: pg.Client, url: string | undefined, name: string): string {
  const other = new URL(url ?? `postgres://${encodeURIComponent(client.user ?? '')}@/`)
  if (url === undefined && client.host) other.searchParams.set('host', client.host)
  if (url === undefined) other.searchParams.set('port', String(client.port))
  other.pathname = name
  return other.href
}
