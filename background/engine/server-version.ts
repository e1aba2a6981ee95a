import type { Database } from '../../framework/database.ts'

/** The version of the PostgreSQL server behind `database`: `18.4`. */
export async function serverVersion(database: Database): Promise<string> {
  const { rows } = await database.pool.query<{ version: string }>(
    `select current_setting('server_version') as version`,
  )
  // distributions add their own: 15.14 (Debian 15.14-0+deb12u1)
  return (rows[0]?.version ?? '').split(' ')[0] as string
}
