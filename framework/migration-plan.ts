import type { Kysely } from 'kysely'
import type { Database } from './database.ts'
import { KretesError } from './errors.ts'

// biome-ignore lint/suspicious/noExplicitAny: as in Kysely's own Migration, which moved between its versions
type AnyKysely = Kysely<any>

/** One step of a schema's history; frozen once released. */
export interface Migration {
  /** Goes by nothing it reads: where its statements are only written down, every query answers with no rows. */
  up(database: AnyKysely): Promise<void>
  /** Code that does not know this step must not run on a schema that has it. Additive steps leave this out. */
  readonly breaking?: boolean
}

/** A schema of our own in the user's database, and the steps that lead to it. */
export interface MigrationPlan {
  readonly database: Database
  readonly schema: string
  /** By name, applied in the order of the names. A function is called only when its migration is pending. */
  readonly migrations: Readonly<Record<string, Migration | (() => Promise<Migration>)>>
  /** What has to be done again behind new ones, such as granting; in their transaction. */
  readonly afterwards?: Migration['up']
  /** Do that also when none is pending. */
  readonly always?: boolean
}

/** How far a schema is, by names of migrations. */
export interface MigrationStatus {
  readonly applied: readonly string[]
  /** What this code has and the database has not. */
  readonly pending: readonly string[]
  /** What the database has and this code has never heard of: newer code was here. */
  readonly unknown: readonly string[]
  /** Those of the unknown with which this code cannot run. */
  readonly breaking: readonly string[]
}

/** A step that a database has behind it. */
export interface AppliedMigration {
  readonly name: string
  readonly breaking: boolean
}

/**
 * What of a plan is still to be applied, in order.
 *
 * @throws KretesError `SCHEMA_TOO_NEW`; `MIGRATION_FAILED` when one would have to go before another that is applied.
 */
export function pendingIn(plan: MigrationPlan, applied: readonly AppliedMigration[]): string[] {
  const { schema, migrations } = plan
  const unknown = applied.filter(({ name }) => !(name in migrations))
  const names = applied.map(({ name }) => name)
  const pending = Object.keys(migrations)
    .filter(name => !names.includes(name))
    .sort()
  const overtaken = pending.filter(name => names.some(done => done > name))
  const isTooNew = unknown.some(({ breaking }) => breaking) || (unknown.length > 0 && overtaken.length > 0)
  if (isTooNew) throw tooNew(schema, unknown)
  if (overtaken.length > 0) throw outOfOrder(overtaken)
  return pending
}

function tooNew(schema: string, unknown: readonly AppliedMigration[]): KretesError {
  const names = unknown.map(({ name }) => name).join(', ')
  return new KretesError(`the schema "${schema}" is newer than this code: it has ${names}`, {
    code: 'SCHEMA_TOO_NEW',
    hint: 'deploy the version that made these migrations, or a newer one',
  })
}

function outOfOrder(names: readonly string[]): KretesError {
  return new KretesError(`migrations after ${names.join(', ')} have been applied already`, {
    code: 'MIGRATION_FAILED',
    hint: 'give a new migration a name that sorts after all released ones',
  })
}
