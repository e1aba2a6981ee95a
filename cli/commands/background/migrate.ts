import { migrateDatabase, SCHEMA, schemaStatus } from '../../../background/operator.ts'
import type { MigrationStatus } from '../../../framework/migrator.ts'
import { EXIT } from '../../exit-codes.ts'
import { briefLogger } from '../../logging.ts'
import type { CommonOptions } from '../../options.ts'
import { painterFor, plural, print, printJson, table } from '../../output.ts'
import { findProject, withApp } from '../../project.ts'

export interface MigrateOptions extends CommonOptions {
  readonly status?: true
}

/** `ks bg migrate` */
export async function migrate(options: MigrateOptions): Promise<void> {
  const project = await findProject()
  await withApp(project, briefLogger(project.config.log, options.verbose === true), async app => {
    const database = await app.database()
    const applied = options.status ? [] : await migrateDatabase(database)
    const status = await schemaStatus(database)
    if (options.json)
      printJson({ schema: SCHEMA, ...(options.status ? status : { ...status, migrated: applied }) })
    else
      for (const line of options.status ? describeStatus(status) : describeDone(applied, status)) print(line)
    if (status.pending.length > 0) process.exitCode = EXIT.database
  })
}

function describeDone(applied: readonly string[], status: MigrationStatus): string[] {
  if (applied.length > 0) return applied.map(name => `applied ${name}`)
  return [`the schema "${SCHEMA}" is up to date (${plural(status.applied.length, 'migration')})`]
}

function describeStatus({ applied, pending, unknown }: MigrationStatus): string[] {
  const paint = painterFor(process.stdout)
  return table([
    ...applied.filter(name => !unknown.includes(name)).map(name => [name, paint('green', 'applied')]),
    ...unknown.map(name => [name, paint('yellow', 'applied by newer code')]),
    ...pending.map(name => [name, paint('red', 'pending: run ks bg migrate')]),
  ])
}
