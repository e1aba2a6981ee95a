import { type Kysely, sql } from 'kysely'

/**
 * What people need to operate the queue: a place to ask that a running job be cancelled, and what it takes to find
 * jobs in a long history and bring them back. The indexes are partial, so that a job that completes and has
 * no key, which is most of them, is in none.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(CANCELLATION).execute(db)
  await sql.raw(HISTORY).execute(db)
  await sql.raw(REVIVAL).execute(db)
  await sql.raw(SHOWING).execute(db)
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

/**
 * A completed job stays in its claim until that is closed, and one that is brought back has to leave it. With the commit of
 * whoever brings it back, which may be long in coming: the worker that has the claim waits for nobody until then.
 */
const REVIVAL = `
create table background.revival (
  job_id bigint primary key
);
comment on table background.revival is 'jobs that the present transaction has brought back from history out of an open claim; empty for everybody else';

create function background.leave_claim() returns trigger language plpgsql
security definer set search_path = pg_catalog, pg_temp as $$
begin
  update background.claim c set ids = array_remove(c.ids, new.job_id) where new.job_id = any (c.ids);
  delete from background.revival r where r.job_id = new.job_id;
  return null;
end $$;
comment on function background.leave_claim is 'takes a job that was brought back out of the claim in which it was completed';
revoke all on function background.leave_claim from public;

create constraint trigger revived after insert on background.revival deferrable initially deferred
  for each row execute procedure background.leave_claim();
`

/** Plans stay with the session, and tables that are nearly empty today hold a million rows tomorrow. */
const BY_INDEX = 'set enable_seqscan = off'

const SHOWING = `
create function background.seen(job background.job) returns background.jobs language sql stable ${BY_INDEX} as $$
  select job.id, job.task, job.queue,
         case when c.worker_id is not null then 'running'
              when job.run_at > now() then case when job.attempt > 0 then 'retryable' else 'scheduled' end
              else 'available' end,
         job.priority, job.run_at, job.created_at, job.attempt, job.max_attempts, job.crashes,
         (select k.key from background.job_key k where k.key = job.key and k.job_id = job.id),
         job.tags, job.flags, job.payload, job.error, c.worker_id, c.claimed_at
    from (select) one
    left join lateral (select worker_id, claimed_at from background.claim where job.id = any (ids)
                          and not exists (select from background.revival r where r.job_id = job.id) limit 1) c on true
$$;
comment on function background.seen is 'the job as background.jobs shows it, without reading all claims apart';

create function background.find_job(job_id bigint) returns background.jobs language plpgsql stable ${BY_INDEX} as $$
declare
  job background.job;
begin
  select j.* into job from background.job j where j.id = job_id;
  return case when found then background.seen(job) end;
end $$;
comment on function background.find_job is 'the job that has this id, as seen shows it; null when it has ended';

revoke all on function background.seen, background.find_job from public;
`
