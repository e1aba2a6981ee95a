import { type Kysely, sql } from 'kysely'

/**
 * What tasks have logged, kept with their job: written by the statements that report attempts, gone with the history
 * of the job. A job that logs nothing has null there, which costs nothing.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(LOGS).execute(db)
}

const LOGS = `
alter table background.job add column logs json;
comment on column background.job.logs is 'what its last attempts have logged: an array of attempt, dropped and lines';
alter table background.finished add column logs json;
comment on column background.finished.logs is 'what its last attempts have logged: an array of attempt, dropped and lines';
`
