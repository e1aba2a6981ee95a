import type { Database } from './database.ts'
import { ambientTransaction } from './transaction.ts'

/**
 * Runs one SQL statement, inside the transaction of `database` that the running code is in, if it is in one; answers
 * with the rows.
 *
 * @example const [user] = await query<{ name: string }>(database, 'select name from users where id = $1', [7])
 */
export async function query<Row extends object = Record<string, unknown>>(
  database: Database,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const ambient = ambientTransaction()
  if (ambient?.database !== database) return (await database.pool.query<Row>(sql, [...values])).rows
  const { CompiledQuery } = await import('kysely')
  return (await ambient.trx.executeQuery<Row>(CompiledQuery.raw(sql, [...values]))).rows
}
