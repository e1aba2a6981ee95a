import { type Kysely, sql } from 'kysely'

/** What the dashboard shows beside jobs: who has done what, and how the work went, minute by minute. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(TABLES).execute(db)
}

const TABLES = `
create table background.activity (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  actor text not null check (length(actor) between 1 and 200),
  action text not null check (length(action) between 1 and 64),
  target text check (length(target) <= 1024),
  details json,
  outcome text check (outcome in ('done', 'failed')),
  answer json
);
comment on table background.activity is 'what people have done; outcome is null while it is being done, or when nobody knows';

create table background.minute (
  at timestamptz not null,
  worker_id bigint not null,
  completed integer not null,
  failed integer not null,
  ended integer not null,
  ms integer[] not null,
  waited integer[] not null,
  primary key (at, worker_id)
);
comment on table background.minute is 'how many attempts a worker has reported in a minute: completed, failed to come again, ended without success';
comment on column background.minute.ms is 'how many of them took less than 1 ms, 2 ms, 4 ms, ...';
comment on column background.minute.waited is 'how many of them began less than 1 ms, 2 ms, 4 ms, ... after they were due';
`
