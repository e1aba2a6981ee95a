import type { Kysely, Transaction } from 'kysely'
import pg from 'pg'
import type { Database } from './database.ts'
import { isKretesError, KretesError, messageOf } from './errors.ts'

// biome-ignore lint/suspicious/noExplicitAny: as in Kysely's own Migration, which moved between its versions
type AnyKysely = Kysely<any>
// biome-ignore lint/suspicious/noExplicitAny: a migration knows no tables, it makes them
type AnyTransaction = Transaction<any>

/** One step of a schema's history; frozen once released. */
export interface Migration {
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
}

/** How far a schema is, by names of migrations. */
export interface MigrationStatus {
  readonly applied: readonly string[]
  /** What this code has and the database has not. */
  readonly pending: readonly string[]
  /** What the database has and this code has never heard of: newer code was here. */
  readonly unknown: readonly string[]
}

interface Applied {
  readonly name: string
  readonly breaking: boolean
}

const UNDEFINED_TABLE = '42P01'
const INSUFFICIENT_PRIVILEGE = '42501'

/**
 * Brings the schema up to date, all pending migrations in one transaction: they all happen or none does. Any
 * number of processes may do this at once; one works, the others wait and find it done. When nothing is pending
 * it costs one query and takes no lock.
 *
 * Not Kysely's Migrator, because of its lock. That one belongs to the session, so behind a transaction pooler
 * it is never given back, and it is the same for everybody, so an app's own migration that called this would
 * wait for itself.
 *
 * @throws KretesError `SCHEMA_TOO_NEW` when newer code made a breaking change; `MIGRATION_FAILED` otherwise.
 */
export async function migrate(plan: MigrationPlan): Promise<{ readonly applied: readonly string[] }> {
  try {
    const pending = pendingIn(plan, await readApplied(plan))
    return { applied: pending.length === 0 ? [] : await applyPending(plan) }
  } catch (error) {
    throw isKretesError(error) ? error : failed(`the schema "${plan.schema}" cannot be migrated`, error)
  }
}

/** What {@link migrate} has done and would do; changes nothing. */
export async function migrationStatus(plan: MigrationPlan): Promise<MigrationStatus> {
  const applied = (await readApplied(plan)).map(({ name }) => name)
  const known = Object.keys(plan.migrations).sort()
  return {
    applied,
    pending: known.filter(name => !applied.includes(name)),
    unknown: applied.filter(name => !known.includes(name)),
  }
}

async function readApplied({ database, schema }: MigrationPlan): Promise<Applied[]> {
  const table = `${pg.escapeIdentifier(schema)}.migration`
  const query = `select name, breaking from ${table} order by applied_at, name`
  try {
    return (await database.pool.query<Applied>(query)).rows
  } catch (error) {
    if (codeOf(error) === UNDEFINED_TABLE) return []
    throw isKretesError(error) ? error : failed(`the migrations of "${schema}" cannot be read`, error)
  }
}

/** Read committed whatever the server's default, or whoever waited for the lock would not see what was done meanwhile. */
function applyPending(plan: MigrationPlan): Promise<string[]> {
  const { database, schema } = plan
  const transaction = database.kysely.transaction().setIsolationLevel('read committed')
  return transaction.execute(async trx => {
    await lockMigrationTable(trx, schema)
    const table = trx.withSchema(schema)
    const applied = await table.selectFrom('migration').select(['name', 'breaking']).execute()
    const pending = pendingIn(plan, applied as Applied[])
    for (const name of pending) {
      const { breaking = false } = await apply(trx, plan, name)
      await table.insertInto('migration').values({ name, breaking }).execute()
    }
    return pending
  })
}

/** Looks before it creates the schema: `if not exists` asks for the right to create one even when it is there. */
async function lockMigrationTable(trx: AnyTransaction, schema: string): Promise<void> {
  const { sql } = await import('kysely')
  await sql`select pg_advisory_xact_lock(hashtextextended(${`kretes.migrate.${schema}`}, 0))`.execute(trx)
  const found = await sql`select 1 from pg_namespace where nspname = ${schema}`.execute(trx)
  if (found.rows.length === 0) await sql`create schema ${sql.id(schema)}`.execute(trx)
  await sql`
    create table if not exists ${sql.id(schema, 'migration')} (
      name text primary key,
      breaking boolean not null default false,
      applied_at timestamptz not null default now()
    )`.execute(trx)
}

async function apply(trx: AnyTransaction, { migrations }: MigrationPlan, name: string): Promise<Migration> {
  const step = migrations[name]!
  try {
    const migration = typeof step === 'function' ? await step() : step
    await migration.up(trx)
    return migration
  } catch (error) {
    throw failed(`the migration ${name} failed`, error)
  }
}

function pendingIn({ schema, migrations }: MigrationPlan, applied: readonly Applied[]): string[] {
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

function tooNew(schema: string, unknown: readonly Applied[]): KretesError {
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

function failed(what: string, cause: unknown): KretesError {
  const isForbidden = codeOf(cause) === INSUFFICIENT_PRIVILEGE
  return new KretesError(`${what}: ${messageOf(cause)}`, {
    code: 'MIGRATION_FAILED',
    hint: isForbidden
      ? 'nothing was changed; migrate as the owner of the schema, or grant this user create on the database'
      : 'nothing was changed; correct the cause and migrate again',
    cause,
  })
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code
}
