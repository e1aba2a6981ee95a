import { type Kysely, sql } from 'kysely'

/**
 * What people need to operate the queue: a place to ask that a running job be cancelled, and what it takes to find
 * jobs in a long history and bring them back. The indexes are partial, so that a job that completes and has
 * no key, which is most of them, is in none.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(CANCELLATION).execute(db)
  await sql.raw(HISTORY).execute(db)
}

const CANCELLATION = `
create table background.cancellation (
  job_id bigint primary key,
  requested_at timestamptz not null default now(),
  reason text
);
comment on table background.cancellation is 'running jobs that are to be cancelled; gone soon after they have ended';
`

const HISTORY = `
alter table background.finished add column max_attempts smallint;

create index finished_unsuccessful on background.finished (state, id) where state <> 1;
create index finished_key on background.finished (key, id) where key is not null;
`
