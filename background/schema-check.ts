import type { Database } from '../framework/database.ts'
import { isProduction } from '../framework/environment.ts'
import { SchemaBehind } from './errors.ts'
import { migrateDatabase, missingMigrations } from './migrate.ts'

/**
 * Makes sure that the schema is what this code needs. In development it is brought up to date; in production
 * that is the deploy's business, and a schema that lags behind is an error that says what to run.
 *
 * @throws SchemaBehind; KretesError `SCHEMA_TOO_NEW`
 */
export async function ensureSchema(database: Database): Promise<readonly string[]> {
  if (!isProduction()) return migrateDatabase(database)
  await requireSchema(database)
  return []
}

/**
 * Makes sure of the same without changing anything.
 *
 * @throws SchemaBehind; KretesError `SCHEMA_TOO_NEW`
 */
export async function requireSchema(database: Database): Promise<void> {
  const missing = await missingMigrations(database)
  if (missing.length > 0) throw new SchemaBehind(missing)
}
