import { type Database, openDatabase } from '../framework/database.ts'
import type { Migration, MigrationPlan, MigrationStatus } from '../framework/migration-plan.ts'
import { migrate as apply, migrationStatus, pendingMigrations, rehearse } from '../framework/migrator.ts'

/** The schema in the app's database that holds everything of ours. */
export const SCHEMA = 'background'

/** All migrations, loaded only when one is pending. A released one never changes. */
const MIGRATIONS: Readonly<Record<string, () => Promise<Migration>>> = {
  '0001_jobs': () => import('../migrations/0001_jobs.ts'),
  '0002_cron': () => import('../migrations/0002_cron.ts'),
  '0003_waiting': () => import('../migrations/0003_waiting.ts'),
  '0004_administration': () => import('../migrations/0004_administration.ts'),
  '0005_enqueue': () => import('../migrations/0005_enqueue.ts'),
  '0006_sql_api': () => import('../migrations/0006_sql_api.ts'),
  '0007_sql_operations': () => import('../migrations/0007_sql_operations.ts'),
  '0008_sql_changes': () => import('../migrations/0008_sql_changes.ts'),
  '0009_rights': () => import('../migrations/0009_rights.ts'),
  '0011_worker_orders': () => import('../migrations/0011_worker_orders.ts'),
  '0012_dashboard': () => import('../migrations/0012_dashboard.ts'),
  '0015_live_facts': () => import('../migrations/0015_live_facts.ts'),
  '0016_breaking': () => import('../migrations/0016_breaking.ts'),
}

/** What this version of the code knows, in order. */
export const MIGRATION_NAMES: readonly string[] = Object.keys(MIGRATIONS)

/** What else a migration does. */
export interface MigrateOptions {
  /** Makes the roles with the least privileges where they are missing. Those that exist are granted what they need anyway. */
  readonly roles?: boolean | undefined
}

/** Brings the background schema up to date; safe when many processes do it at once. Answers with what it applied. */
export async function migrateDatabase(
  database: Database,
  options?: MigrateOptions,
): Promise<readonly string[]> {
  return (await apply(planFor(database, options))).applied
}

/** What {@link migrateDatabase} would apply; it is applied and taken back, so that what would fail has failed. */
export async function rehearseMigration(
  database: Database,
  options?: MigrateOptions,
): Promise<readonly string[]> {
  return (await rehearse(planFor(database, options))).applied
}

/** What {@link migrateDatabase} would send, as a script; empty when nothing is pending. */
export async function migrationSql(database: Database, options?: MigrateOptions): Promise<string> {
  const { migrationScript } = await import('../framework/migration-script.ts')
  return migrationScript(planFor(database, options))
}

/** How far the background schema of `database` is. */
export function schemaStatus(database: Database): Promise<MigrationStatus> {
  return migrationStatus(planFor(database))
}

/**
 * What the schema of `database` lacks.
 *
 * @throws KretesError `SCHEMA_TOO_NEW` when this code must not touch it.
 */
export function missingMigrations(database: Database): Promise<readonly string[]> {
  return pendingMigrations(planFor(database))
}

/** {@link migrateDatabase} for a connection string. */
export async function migrate(url: string): Promise<void> {
  const database = openDatabase({ url, poolSize: 1, applicationName: 'kretes migrate' })
  try {
    await migrateDatabase(database)
  } finally {
    await database.close()
  }
}

function planFor(database: Database, { roles = false }: MigrateOptions = {}): MigrationPlan {
  return {
    ...{ database, schema: SCHEMA, migrations: MIGRATIONS },
    async afterwards(db) {
      const { createRoles, renewRoles } = await import('./engine/roles.ts')
      await (roles ? createRoles(db) : renewRoles(db))
    },
    always: roles,
  }
}
