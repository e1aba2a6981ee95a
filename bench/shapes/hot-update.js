/** One table; a claim is a HOT update of a column that no index knows, a finish deletes the row. */
export const name = 'hot update of one table'

export const schema = `
create table job (
  id bigint generated always as identity primary key, run_at timestamptz not null default now(),
  created_at timestamptz not null default now(), claim_id bigint, priority smallint not null default 0,
  attempt smallint not null default 0, max_attempts smallint not null default 25, task text not null,
  queue text, payload json
) with (fillfactor = 70);
create index on job (priority, run_at, id);
create table worker (id bigint primary key, lease_until timestamptz not null);
create table history (
  id bigint not null, finished_at timestamptz not null, created_at timestamptz not null, run_at timestamptz not null,
  ms int not null, attempt smallint not null, state smallint not null, task text not null, queue text, payload json
);
create index on history (id);
insert into worker values (1, now() + interval '1 day');
`

export const enqueue = `
insert into job (task, payload) select 'Trivial', p from json_array_elements($1::json) p`

export const claim = `
update job set claim_id = $1
 where ctid = any (array(
   select ctid from job where claim_id is null and run_at <= now()
    order by priority, run_at, id limit $2 for update skip locked))
returning id, task, attempt, payload::text`

export const finish = {
  plain: `delete from job where id = any ($2::bigint[]) and claim_id = $1 returning id`,
  history: `
with done as (delete from job where id = any ($2::bigint[]) and claim_id = $1 returning *)
insert into history (id, finished_at, created_at, run_at, ms, attempt, state, task, queue, payload)
select id, now(), created_at, run_at, 1, attempt, 1, task, queue, payload from done`,
}
