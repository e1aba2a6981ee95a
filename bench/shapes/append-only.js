/** As the narrow ready table, but a body is never deleted: a narrow row says "done" and whole partitions of bodies are dropped. */
import * as narrow from './narrow-ready.js'

export const name = 'narrow ready table, bodies append-only, a done row'
export const schema = `${narrow.schema}
create table done (id bigint not null, finished_at timestamptz not null, ms int not null, state smallint not null, attempt smallint not null);
create index on done (id);
`
export const { enqueue, claim } = narrow

const done = `
with mine as materialized (select id from claim where id = $1 and worker_id = 1 for key share),
closed as (delete from claim where id = $1)
insert into done (id, finished_at, ms, state, attempt)
select id, now(), 1, 1, 1 from unnest($2::bigint[]) id where exists (select from mine)`

export const finish = { plain: done, history: done }
