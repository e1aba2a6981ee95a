import { type Kysely, sql } from 'kysely'

/**
 * Who does not own the schema may still be a worker: its partitions come and go with the rights of the owner. What
 * the roles may is granted when they are asked for, see background/engine/grants.ts; everybody else may nothing.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(RIGHTS).execute(db)
}

const RIGHTS = `
alter function background.prepare_history(integer[]) security definer;
alter function background.drop_history() security definer;
revoke all on all functions in schema background from public;
`
