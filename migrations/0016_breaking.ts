import { type Kysely, sql } from 'kysely'

/**
 * A migration that workers at work do not go together with ends them: they are told to stop, as an operator would, and
 * code that is too old does not start again. At the commit, so that heartbeats need not wait for the migration.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(BREAKING).execute(db)
}

const BREAKING = `
create function background.end_workers() returns trigger language plpgsql as $$
begin
  update background.worker set told = 'stop';
  perform pg_notify('background', 'order');
  return null;
end $$;
comment on function background.end_workers is 'tells all workers to stop, for code that made a breaking migration is to come';
revoke all on function background.end_workers from public;

create constraint trigger breaking after insert on background.migration deferrable initially deferred
  for each row when (new.breaking) execute procedure background.end_workers();
`
