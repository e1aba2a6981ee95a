/** One job is due and nobody has noticed yet; one worker has not been heard of for too long. */
export const ADJUST = `
update background.job set run_at = run_at - interval '2 hours' where id = 5;
update background.deferred set run_at = run_at - interval '2 hours' where id = 5;
update background.worker set lease_until = now() - interval '1 hour' where id = 102;
update background.job set crashes = 3 where id = 9;
update background.cron set known_since = '2020-01-01Z';
insert into background.activity (actor, action, target) values ('ann', 'retry', '1');
insert into background.queue (name, paused_at) values ('paused', now());
insert into background.last_attempt (job_id) values (999);
insert into background.finished (id, finished_at, expires_at, created_at, run_at, priority, attempt, state, task, payload)
values (998, now(), now() - interval '1 hour', now(), now(), 0, 1, 1, 'A', '{}')`

/**
 * Keeps what is there now. `stage.restore()` brings it back, and drops partitions that came later; `stage.state()` tells
 * what is in every table, whichever there are, in an order that does not depend on how it came there.
 */
export const SAVE = `
create schema stage;
create view stage.tables as
  select relname::text as name from pg_class
   where relnamespace = 'background'::regnamespace and relkind in ('r', 'p') and not relispartition;
create table stage.sequence as
  select format('background.%I', sequencename) as name, last_value
    from pg_sequences where schemaname = 'background';
do $do$ declare name text; begin
  for name in select t.name from stage.tables t loop
    execute format('create table stage.%I as table background.%I', 'saved_' || name, name);
  end loop;
end $do$;

create function stage.restore() returns void language plpgsql as $$
declare
  one record;
begin
  perform set_config('session_replication_role', 'replica', true);
  for one in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
              where i.inhparent = 'background.finished'::regclass and c.relname <> 'finished_default' loop
    execute format('drop table background.%I', one.relname);
  end loop;
  for one in select t.name from stage.tables t loop
    execute format('delete from background.%I', one.name);
    execute format('insert into background.%I overriding system value select * from stage.%I', one.name, 'saved_' || one.name);
  end loop;
  for one in select s.name, s.last_value from stage.sequence s loop
    if one.last_value is null then execute format('alter sequence %s restart', one.name);
    else perform setval(one.name, one.last_value); end if;
  end loop;
end $$;

create function stage.state() returns table (name text, rows json) language plpgsql as $$
declare
  one record;
begin
  for one in select t.name from stage.tables t order by t.name loop
    name := one.name;
    execute format('select coalesce(json_agg(t order by t::text), ''[]'') from background.%I t', one.name) into rows;
    return next;
  end loop;
  name := 'partitions';
  select json_agg(c.relname order by c.relname) into rows
    from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'background.finished'::regclass;
  return next;
end $$;
`
