/** A narrow row says "ready" and is deleted by the claim; one claim row per batch; the body is touched again only at the end. */
export const name = 'narrow ready table, a claim row per batch'

export const schema = `
create table job (
  id bigint generated always as identity primary key, run_at timestamptz not null default now(),
  created_at timestamptz not null default now(), priority smallint not null default 0,
  attempt smallint not null default 0, max_attempts smallint not null default 25, crashes smallint not null default 0,
  task text not null, queue text, payload json
);
create table ready (id bigint not null, run_at timestamptz not null, priority smallint not null, lane smallint not null);
create index on ready (lane, priority, run_at, id);
create table worker (id bigint primary key, lease_until timestamptz not null);
create table claim (id bigint primary key, worker_id bigint not null references worker, ids bigint[] not null, claimed_at timestamptz not null default now());
create index on claim (worker_id);
create table history (
  id bigint not null, finished_at timestamptz not null, created_at timestamptz not null, run_at timestamptz not null,
  ms int not null, attempt smallint not null, state smallint not null, task text not null, queue text, payload json
);
create index on history (id);
insert into worker values (1, now() + interval '1 day');
`

export const enqueue = `
with stored as (
  insert into job (task, payload) select 'Trivial', p from json_array_elements($1::json) p returning id, run_at, priority)
insert into ready (id, run_at, priority, lane) select id, run_at, priority, 0 from stored`

export const claim = `
with taken as materialized (
  delete from ready where ctid = any (array(
    select ctid from ready where lane = 0 order by priority, run_at, id limit $2 for update skip locked))
  returning id),
claimed as (
  insert into claim (id, worker_id, ids) select $1, 1, array_agg(id) from taken having count(*) > 0)
select j.id, j.task, j.attempt, j.payload::text from taken join job j using (id)`

export const finish = {
  plain: `
with mine as materialized (select id from claim where id = $1 and worker_id = 1 for key share),
done as (delete from job where id = any ($2::bigint[]) and exists (select from mine) returning id),
closed as (delete from claim where id = $1)
select id from done`,
  history: `
with mine as materialized (select id from claim where id = $1 and worker_id = 1 for key share),
done as (delete from job where id = any ($2::bigint[]) and exists (select from mine) returning *),
closed as (delete from claim where id = $1)
insert into history (id, finished_at, created_at, run_at, ms, attempt, state, task, queue, payload)
select id, now(), created_at, run_at, 1, attempt, 1, task, queue, payload from done`,
}
