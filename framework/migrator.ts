import type { Kysely, Transaction } from 'kysely'
import pg from 'pg'
import { isKretesError, KretesError, messageOf } from './errors.ts'
import {
  type AppliedMigration,
  type MigrationPlan,
  type MigrationStatus,
  pendingIn,
} from './migration-plan.ts'

// biome-ignore lint/suspicious/noExplicitAny: a migration knows no tables, it makes them
type AnyKysely = Kysely<any>

const UNDEFINED_TABLE = '42P01'
const INSUFFICIENT_PRIVILEGE = '42501'
/** Ends a transaction that was only to be tried. */
const UNDO = new Error('undone on purpose')

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
  return explaining(plan, async () => {
    const pending = await pendingMigrations(plan)
    if (pending.length === 0 && !plan.always) return { applied: [] }
    return { applied: await transaction(plan, trx => applyPending(trx, plan)) }
  })
}

/** The same, taken back at the end: says what would be applied, and fails where {@link migrate} would. */
export async function rehearse(plan: MigrationPlan): Promise<{ readonly applied: readonly string[] }> {
  return explaining(plan, async () => {
    let applied: readonly string[] = []
    const tried = transaction(plan, async trx => {
      applied = await applyPending(trx, plan)
      throw UNDO
    })
    await tried.catch(error => {
      if (error !== UNDO) throw error
    })
    return { applied }
  })
}

/** What {@link migrate} has done and would do; changes nothing. */
export async function migrationStatus(plan: MigrationPlan): Promise<MigrationStatus> {
  const rows = await readApplied(plan)
  const applied = rows.map(({ name }) => name)
  const known = Object.keys(plan.migrations).sort()
  const unknown = rows.filter(({ name }) => !known.includes(name))
  return {
    applied,
    pending: known.filter(name => !applied.includes(name)),
    unknown: unknown.map(({ name }) => name),
    breaking: unknown.filter(({ breaking }) => breaking).map(({ name }) => name),
  }
}

/**
 * What {@link migrate} would apply; changes nothing.
 *
 * @throws KretesError `SCHEMA_TOO_NEW` and `MIGRATION_FAILED`, as it would.
 */
export async function pendingMigrations(plan: MigrationPlan): Promise<readonly string[]> {
  return pendingIn(plan, await readApplied(plan))
}

/** Takes the lock and makes the place where applied migrations are listed. */
export async function openSchema(db: AnyKysely, schema: string): Promise<void> {
  const { sql } = await import('kysely')
  await sql`select pg_advisory_xact_lock(hashtextextended(${sql.lit(`kretes.migrate.${schema}`)}, 0))`.execute(
    db,
  )
  // `create schema if not exists` asks for the right to create one even when it is there
  await sql`
do $$ begin
  if not exists (select from pg_catalog.pg_namespace where nspname = ${sql.lit(schema)}) then
    create schema ${sql.id(schema)};
  end if;
end $$`.execute(db)
  await sql`
create table if not exists ${sql.id(schema, 'migration')} (
  name text primary key,
  breaking boolean not null default false,
  applied_at timestamptz not null default now()
)`.execute(db)
}

/** Applies one migration and lists it. */
export async function applyMigration(db: AnyKysely, plan: MigrationPlan, name: string): Promise<void> {
  const { sql } = await import('kysely')
  const { schema, migrations } = plan
  const step = migrations[name]!
  try {
    const { up, breaking = false } = typeof step === 'function' ? await step() : step
    await up(db)
    const row = [name, breaking].map(value => sql.lit(value))
    await sql`insert into ${sql.id(schema, 'migration')} (name, breaking) values (${sql.join(row)})`.execute(
      db,
    )
  } catch (error) {
    throw failed(`the migration ${name} failed`, error)
  }
}

async function applyPending(trx: Transaction<unknown>, plan: MigrationPlan): Promise<readonly string[]> {
  const { sql } = await import('kysely')
  await openSchema(trx, plan.schema)
  const table = sql.id(plan.schema, 'migration')
  const { rows } = await sql<AppliedMigration>`select name, breaking from ${table}`.execute(trx)
  const pending = pendingIn(plan, rows)
  for (const name of pending) await applyMigration(trx, plan, name)
  if (pending.length > 0 || plan.always) await plan.afterwards?.(trx)
  return pending
}

/** Read committed whatever the server's default, or whoever waited for the lock would not see what was done meanwhile. */
function transaction<T>(
  { database }: MigrationPlan,
  work: (trx: Transaction<unknown>) => Promise<T>,
): Promise<T> {
  return database.kysely.transaction().setIsolationLevel('read committed').execute(work)
}

async function readApplied({ database, schema }: MigrationPlan): Promise<AppliedMigration[]> {
  const table = `${pg.escapeIdentifier(schema)}.migration`
  const query = `select name, breaking from ${table} order by applied_at, name`
  try {
    return (await database.pool.query<AppliedMigration>(query)).rows
  } catch (error) {
    if (codeOf(error) === UNDEFINED_TABLE) return []
    throw isKretesError(error) ? error : failed(`the migrations of "${schema}" cannot be read`, error)
  }
}

async function explaining<T>({ schema }: MigrationPlan, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw isKretesError(error) ? error : failed(`the schema "${schema}" cannot be migrated`, error)
  }
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
