import { type Command, Option } from 'commander'
import { withCommonOptions } from '../../options.ts'

const EXAMPLES = `
Output:
  With --json an object: schema, applied, pending, unknown (applied by newer code) and breaking (those of them that this code
  does not go together with), arrays of names; then migrated (just now), sql or dryRun; roles, with --roles.

Examples:
  ks bg migrate --status
  ks bg migrate --sql > migration.sql`

/** Adds `ks bg migrate`. */
export function addMigrate(group: Command): void {
  const migrate = group
    .command('migrate')
    .summary('bring the database schema up to date')
    .description(
      'Brings the database schema of background jobs up to date, all or nothing; does nothing when it is.',
    )
    .addOption(
      new Option(
        '--status',
        'only say how far it is; exit code 4 when it does not fit this version',
      ).conflicts(['sql', 'dryRun', 'roles']),
    )
    .addOption(new Option('--sql', 'only print what would be sent, as a script for psql').conflicts('dryRun'))
    .option('-n, --dry-run', 'do everything and take it back')
    .option(
      '--roles',
      'also create background_owner, _worker, _enqueuer, _operator and _reader: roles with no more than they need',
    )
  migrate.addHelpText('after', EXAMPLES)
  withCommonOptions(migrate).action(async options => {
    const { runMigrate } = await import('./run-migrate.ts')
    await runMigrate(options)
  })
}
