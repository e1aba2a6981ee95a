import { type Database, openDatabase } from '../framework/database.ts'
import {
  migrate as apply,
  type Migration,
  type MigrationPlan,
  type MigrationStatus,
  migrationStatus,
} from '../framework/migrator.ts'

/** The schema in the app's database that holds everything of ours. */
export const SCHEMA = 'background'

/** All migrations, loaded only when one is pending. A released one never changes. */
const MIGRATIONS: Readonly<Record<string, () => Promise<Migration>>> = {
  '0001_jobs': () => import('../migrations/0001_jobs.ts'),
  '0002_cron': () => import('../migrations/0002_cron.ts'),
}

/** Brings the background schema up to date; safe when many processes do it at once. Answers with what it applied. */
export async function migrateDatabase(database: Database): Promise<readonly string[]> {
  return (await apply(planFor(database))).applied
}

/** How far the background schema of `database` is. */
export function schemaStatus(database: Database): Promise<MigrationStatus> {
  return migrationStatus(planFor(database))
}

/** The same for a connection string. */
export async function migrate(url: string): Promise<void> {
  const database = openDatabase({ url, poolSize: 1, applicationName: 'kretes migrate' })
  try {
    await migrateDatabase(database)
  } finally {
    await database.close()
  }
}

function planFor(database: Database): MigrationPlan {
  return { database, schema: SCHEMA, migrations: MIGRATIONS }
}
