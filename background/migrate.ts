import { openDatabase } from '../framework/database.ts'
import { type MigrationStatus, migrate as migrateDatabase, migrationStatus } from '../framework/migrator.ts'
import * as jobs from '../migrations/0001_jobs.ts'

/** The schema that holds everything of ours. */
export const SCHEMA = 'background'

/** All migrations, in order; a released one never changes. */
export const MIGRATIONS = { '0001_jobs': jobs }
