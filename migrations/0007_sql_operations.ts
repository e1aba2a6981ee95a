import { type Kysely, sql } from 'kysely'

/**
 * Ending jobs in SQL. What a worker has, only that worker changes: such jobs are passed over, so that fewer rows may
 * come back than ids were given, or their worker is told. See docs/guides/sql.md.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(ENDING).execute(db)
  await sql.raw(REMOVING).execute(db)
  await sql.raw('revoke all on all functions in schema background from public').execute(db)
}

/**
 * With the rights of the owner, whoever calls it and whatever is in their search path. Plans stay, and tables that are
 * empty today hold a million rows tomorrow: only the way by index is right then.
 */
const AS_OWNER = `
security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan`

const ENDING = `
create table background.last_attempt (
  job_id bigint primary key
);
comment on table background.last_attempt is 'jobs that were removed while they ran: they end with that attempt';

create function background.delete_job(job background.job) returns void language plpgsql as $$
begin
  delete from background.job j where j.id = job.id;
  delete from background.job_key
   where ctid = any (array(select k.ctid from background.job_key k where k.key = job.key and k.job_id = job.id for update skip locked));
end $$;
comment on function background.delete_job is 'ends a job that was taken back; a key that is being given to another job is left to that';

create function background.end_job(job background.job, new_state text, new_error json) returns background.jobs language plpgsql as $$
declare
  ended background.jobs := background.seen(job);
begin
  perform background.delete_job(job);
  insert into background.finished
         (id, finished_at, expires_at, created_at, run_at, priority, attempt, max_attempts, state, task, queue, key, tags, flags, payload, logs, error)
  values (job.id, now(), now() + interval '7 days', job.created_at, job.run_at, job.priority, job.attempt, job.max_attempts,
          array_position(array['completed', 'cancelled', 'discarded'], new_state),
          job.task, job.queue, job.key, job.tags, job.flags, job.payload, job.logs, new_error);
  ended.state := new_state;
  ended.error := new_error;
  return ended;
end $$;
comment on function background.end_job is 'moves a job that was taken back to history';

create function background.complete_jobs(job_ids bigint[]) returns setof background.jobs
language plpgsql ${AS_OWNER} as $$
declare
  job_id bigint;
  job background.job;
begin
  for job_id in select j.id from background.job j where j.id = any (job_ids) order by j.id loop
    job := background.take_waiting(job_id);
    if job.id is not null then return next background.end_job(job, 'completed', null); end if;
  end loop;
end $$;
comment on function background.complete_jobs is 'makes jobs that wait count as done';

create function background.permanently_fail_jobs(job_ids bigint[], error_message text default null) returns setof background.jobs
language plpgsql ${AS_OWNER} as $$
declare
  job_id bigint;
  job background.job;
  message text := coalesce(left(error_message, 4000), 'Manually marked as failed');
begin
  for job_id in select j.id from background.job j where j.id = any (job_ids) order by j.id loop
    job := background.take_waiting(job_id);
    if job.id is not null then
      return next background.end_job(
        -- Without the cause of the cause: a job may be failed and brought back any number of times.
        job, 'discarded', json_strip_nulls(json_build_object('name', 'DiscardJob', 'message', message, 'cause',
          case when job.error is not null then json_build_object(
            'name', job.error -> 'name', 'message', job.error -> 'message', 'stack', job.error -> 'stack') end)));
    end if;
  end loop;
end $$;
comment on function background.permanently_fail_jobs is 'discards jobs that wait; retry_jobs brings them back';

create function background.cancel_job(job_id bigint) returns setof background.jobs
language plpgsql ${AS_OWNER} as $$
declare
  job background.job;
begin
  job := background.take_waiting(cancel_job.job_id);
  if job.id is not null then
    return next background.end_job(job, 'cancelled', '{"name":"CancelJob","message":"cancelled"}');
    return;
  end if;
  select j.* into job from background.job j where j.id = cancel_job.job_id;
  if exists (select from background.claim where job.id = any (ids)) then
    insert into background.cancellation (job_id, reason) values (job.id, 'cancelled') on conflict do nothing;
    perform pg_notify('background', 'cancel');
    return next background.seen(job);
  end if;
end $$;
comment on function background.cancel_job is 'cancels a job; of one that runs the worker is told to cancel it';
`

const REMOVING = `
create function background.remove_job(job_id bigint) returns setof background.jobs
language plpgsql ${AS_OWNER} as $$
declare
  job background.job;
  removed background.jobs;
begin
  job := background.take_waiting(remove_job.job_id);
  if job.id is not null then
    removed := background.seen(job);
    perform background.delete_job(job);
    return next removed;
    return;
  end if;
  select j.* into job from background.job j where j.id = remove_job.job_id;
  if exists (select from background.claim where job.id = any (ids)) then
    insert into background.last_attempt (job_id) values (job.id) on conflict do nothing;
    delete from background.job_key k where k.key = job.key and k.job_id = job.id;
    return next background.seen(job);
  end if;
end $$;
comment on function background.remove_job(bigint) is 'deletes a job; one that runs is not, but it loses its key and is not tried again';

create function background.remove_job(job_key text) returns setof background.jobs
language plpgsql strict ${AS_OWNER} as $$
declare
  id bigint;
begin
  perform pg_advisory_xact_lock(hashtext('background.job_key'), hashtext(job_key));
  select k.job_id into id from background.job_key k where k.key = job_key for update;
  return query select * from background.remove_job(id);
end $$;
comment on function background.remove_job(text) is 'deletes the job that has this key; one that runs is not, but it loses its key and is not tried again';
`
