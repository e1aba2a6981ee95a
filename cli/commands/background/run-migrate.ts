import {
  migrateDatabase,
  migrationSql,
  ROLES,
  rehearseMigration,
  SCHEMA,
  schemaStatus,
} from '../../../background/operator.ts'
import type { Database } from '../../../framework/database.ts'
import type { MigrationStatus } from '../../../framework/migration-plan.ts'
import { EXIT } from '../../exit-codes.ts'
import { briefLogger } from '../../logging.ts'
import type { CommonOptions } from '../../options.ts'
import { painterFor, plural, print, printJson, table } from '../../output.ts'
import { findProject, withApp } from '../../project.ts'

export interface MigrateOptions extends CommonOptions {
  readonly status?: true
  readonly sql?: true
  readonly dryRun?: true
  readonly roles?: true
}

/** What was found or done, for people and for programs. */
interface Told {
  readonly lines: readonly string[]
  readonly json: object
}

/** What `ks bg migrate` does. */
export async function runMigrate(options: MigrateOptions): Promise<void> {
  const project = await findProject()
  await withApp(project, briefLogger(project.config.log, options.verbose === true), async app => {
    const { lines, json } = await perform(await app.database(), options)
    if (options.json) printJson({ schema: SCHEMA, ...json })
    else for (const line of lines) print(line)
  })
}

async function perform(database: Database, options: MigrateOptions): Promise<Told> {
  if (options.status) return look(database)
  if (options.sql) return write(database, options)
  return options.dryRun ? rehearse(database, options) : apply(database, options)
}

async function apply(database: Database, { roles }: MigrateOptions): Promise<Told> {
  const migrated = await migrateDatabase(database, { roles })
  const status = await schemaStatus(database)
  const lines = migrated.map(name => `applied ${name}`)
  if (lines.length === 0) lines.push(upToDate(status))
  if (roles) lines.push(...ROLES.map(role => `granted ${role}`))
  return { lines, json: { ...status, migrated, ...(roles && { roles: ROLES }) } }
}

async function rehearse(database: Database, { roles }: MigrateOptions): Promise<Told> {
  const migrated = await rehearseMigration(database, { roles })
  const status = await schemaStatus(database)
  const lines = migrated.map(name => `would apply ${name}`)
  if (lines.length === 0) lines.push(upToDate(status))
  if (roles) lines.push(...ROLES.map(role => `would grant ${role}`))
  return { lines, json: { dryRun: true, ...status, ...(roles && { roles: ROLES }) } }
}

async function write(database: Database, { roles }: MigrateOptions): Promise<Told> {
  const [sql, status] = [await migrationSql(database, { roles }), await schemaStatus(database)]
  return { lines: [sql || `-- ${upToDate(status)}`], json: { ...status, sql } }
}

/** Exit code 4 when our code and that schema do not go together. */
async function look(database: Database): Promise<Told> {
  const status = await schemaStatus(database)
  if (status.pending.length + status.breaking.length > 0) process.exitCode = EXIT.database
  return { lines: describeStatus(status), json: status }
}

function upToDate({ applied }: MigrationStatus): string {
  return `the schema "${SCHEMA}" is up to date (${plural(applied.length, 'migration')})`
}

function describeStatus({ applied, pending, unknown, breaking }: MigrationStatus): string[] {
  const paint = painterFor(process.stdout)
  const newer = (name: string) =>
    breaking.includes(name)
      ? paint('red', 'applied by newer code, which is needed from here on')
      : paint('yellow', 'applied by newer code')
  return table([
    ...applied.filter(name => !unknown.includes(name)).map(name => [name, paint('green', 'applied')]),
    ...unknown.map(name => [name, newer(name)]),
    ...pending.map(name => [name, paint('red', 'pending: run ks bg migrate')]),
  ])
}
