import type { CompiledQuery, Kysely } from 'kysely'
import type { MigrationPlan } from './migration-plan.ts'
import { applyMigration, openSchema, pendingMigrations } from './migrator.ts'

// biome-ignore lint/suspicious/noExplicitAny: a migration knows no tables, it makes them
type AnyKysely = Kysely<any>

/**
 * What the migrator would send, as a script for psql or any other client: one transaction that does the same,
 * down to the list of what is applied. Runs nothing; empty when there is nothing to do.
 *
 * @throws KretesError `SCHEMA_TOO_NEW`; `MIGRATION_FAILED`
 */
export async function migrationScript(plan: MigrationPlan): Promise<string> {
  const { schema, afterwards, always } = plan
  const pending = await pendingMigrations(plan)
  if (pending.length === 0 && !always) return ''
  const parts = [await record(db => openSchema(db, schema))]
  for (const name of pending) {
    const statements = await record(db => applyMigration(db, plan, name))
    parts.push(`-- ${name}`, statements)
  }
  if (afterwards) parts.push(await record(afterwards))
  return ['begin;', ...parts, 'commit;'].join('\n\n')
}

/** The statements that `work` would send, each answered with no rows. */
async function record(work: (db: AnyKysely) => Promise<void>): Promise<string> {
  const { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } = await import(
    'kysely'
  )
  const statements: string[] = []
  const db = new Kysely<unknown>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: each => new PostgresIntrospector(each),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    log: ({ query }) => void statements.push(textOf(query)),
  })
  await work(db)
  return statements.join('\n\n')
}

function textOf({ sql, parameters }: CompiledQuery): string {
  if (parameters.length > 0) throw new Error(`a statement of a migration has parameters: ${sql}`)
  return `${sql.trim().replace(/;$/, '')};`
}
