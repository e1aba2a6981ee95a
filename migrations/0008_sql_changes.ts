import { type Kysely, sql } from 'kysely'

/** Changing in SQL when and whether jobs run. As in 0007: what a worker has is passed over. See docs/guides/sql.md. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(CHANGING).execute(db)
  await sql.raw(RETRYING).execute(db)
  await sql.raw(HOUSE).execute(db)
  await sql.raw('revoke all on all functions in schema background from public').execute(db)
}

/**
 * With the rights of the owner, whoever calls it and whatever is in their search path. Plans stay, and tables that are
 * empty today hold a million rows tomorrow: only the way by index is right then.
 */
const AS_OWNER = `
security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan`

const CHANGING = `
create function background.reschedule_jobs(
  job_ids bigint[], run_at timestamptz default null, priority integer default null, attempts integer default null,
  max_attempts integer default null
) returns setof background.jobs language plpgsql ${AS_OWNER} as $$
declare
  job_id bigint;
  job background.job;
begin
  if run_at is not null then perform background.check_time('run_at', run_at); end if;
  if priority is not null then perform background.check_number('priority', priority, -32768, 32767); end if;
  if attempts is not null then perform background.check_number('attempts', attempts, 0, 32766); end if;
  if max_attempts is not null then perform background.check_number('max_attempts', max_attempts, 1, 32767); end if;
  for job_id in select j.id from background.job j where j.id = any (job_ids) order by j.id loop
    job := background.take_waiting(job_id);
    continue when job.id is null;
    update background.job j
       set run_at = coalesce(reschedule_jobs.run_at, j.run_at), priority = coalesce(reschedule_jobs.priority, j.priority),
           attempt = coalesce(reschedule_jobs.attempts, j.attempt), max_attempts = coalesce(reschedule_jobs.max_attempts, j.max_attempts)
     where j.id = job.id returning j.* into job;
    perform background.make_wait(job);
    return next background.seen(job);
  end loop;
  perform background.wake('free queued later');
end $$;
comment on function background.reschedule_jobs is 'changes when and how jobs that wait are to run; null leaves as it is, 0 is a value';
`

const RETRYING = `
create function background.hurry(job background.job) returns boolean language plpgsql as $$
begin
  if job.run_at <= now() then
    return exists (select from background.revival r where r.job_id = job.id)
        or not exists (select from background.claim where job.id = any (ids));
  end if;
  job := background.take_waiting(job.id);
  if job.id is null then return false; end if;
  update background.job j set run_at = least(j.run_at, now()) where j.id = job.id returning j.* into job;
  perform background.make_wait(job);
  return true;
end $$;
comment on function background.hurry is 'makes a job due; false when it runs';

create function background.revive(past background.finished) returns bigint language plpgsql as $$
declare
  has_key boolean := false;
  job background.job;
begin
  if past.key is not null and pg_try_advisory_xact_lock(hashtext('background.job_key'), hashtext(past.key)) then
    insert into background.job_key (key, job_id) values (past.key, past.id) on conflict do nothing;
    has_key := found;
  end if;
  insert into background.revival (job_id)
    select past.id where exists (select from background.claim c where past.id = any (c.ids)) on conflict do nothing;
  delete from background.cancellation c where c.job_id = past.id;
  delete from background.last_attempt l where l.job_id = past.id;
  insert into background.job (id, run_at, created_at, priority, max_attempts, lane, task, queue, key, tags, flags, payload, error, logs)
    values (past.id, now(), past.created_at, past.priority, coalesce(past.max_attempts, 25), background.lane_for(past.task, past.flags),
            past.task, past.queue, case when has_key then past.key end, past.tags, past.flags, past.payload, past.error, past.logs)
    returning * into job;
  perform background.make_wait(job);
  return job.id;
end $$;
comment on function background.revive is 'makes a job of history wait again, with its key unless another has that now';

create function background.retry_jobs(job_ids bigint[]) returns setof background.jobs
language plpgsql ${AS_OWNER} as $$
declare
  job background.job;
  past background.finished;
  due bigint[];
begin
  for job in select j.* from background.job j where j.id = any (job_ids) order by j.id loop
    if background.hurry(job) then due := due || job.id; end if;
  end loop;
  for past in delete from background.finished h where h.id = any (job_ids) returning h.* loop
    due := due || background.revive(past);
  end loop;
  perform background.wake('free queued');
  return query select s.* from background.job j cross join lateral background.seen(j) s where j.id = any (due) order by j.id;
end $$;
comment on function background.retry_jobs is 'makes jobs due that wait for their time or have finished; those come back with all their attempts';
`

const HOUSE = `
create function background.force_unlock_workers(worker_ids text[]) returns integer
language plpgsql ${AS_OWNER} as $$
declare
  ended integer;
begin
  update background.worker w set lease_until = '-infinity' where w.id::text = any (worker_ids) or w.name = any (worker_ids);
  get diagnostics ended = row_count;
  return ended;
end $$;
comment on function background.force_unlock_workers is 'ends the leases of workers, by id or name: within seconds others have their jobs. Answers how many';

create function background.pause_queue(name text, reason text default null) returns boolean
language plpgsql ${AS_OWNER} as $$
begin
  perform background.check_name('name', name, 128);
  if reason is not null then perform background.check_name('reason', reason, 1000); end if;
  insert into background.queue as q (name, paused_at, paused_by, paused_reason)
    values (pause_queue.name, now(), session_user, pause_queue.reason)
    on conflict on constraint queue_pkey do update
    set paused_at = excluded.paused_at, paused_by = excluded.paused_by, paused_reason = excluded.paused_reason
    where q.paused_at is null;
  return found;
end $$;
comment on function background.pause_queue is 'lets the jobs of a queue wait; those that run go on. False when it was paused already';

create function background.resume_queue(name text) returns boolean
language plpgsql ${AS_OWNER} as $$
declare
  was_paused boolean;
begin
  update background.queue q set paused_at = null, paused_by = null, paused_reason = null
   where q.name = resume_queue.name and q.paused_at is not null;
  was_paused := found;
  delete from background.queue q where q.name = resume_queue.name and q.paused_at is null and q.concurrency = 1;
  if was_paused then perform background.wake('queued'); end if;
  return was_paused;
end $$;
comment on function background.resume_queue is 'lets the jobs of a queue run again; false when it was not paused';
`
