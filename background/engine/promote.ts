import type { Executor, Row } from '../../framework/executor.ts'
import type { JobFacts } from '../events.ts'
import { MAY_RETURN } from './may-return.ts'
import { probe } from './probe.ts'
import { statement } from './statement.ts'
import { unlocked } from './unlocked.ts'

export interface Promoted {
  readonly count: number
  /** Whether more may be due than were asked for. */
  readonly more: boolean
  /** Milliseconds until the next job falls due, by the database's clock; undefined when none waits. */
  readonly nextIn: number | undefined
  /** Those that may not return, and have ended instead. */
  readonly ended: readonly JobFacts[]
}

export interface PromoteOptions {
  /** At most so many. */
  readonly limit: number
  /** How long jobs that end stay in history, in seconds; 0 keeps nothing. */
  readonly keep: number
}

/**
 * Promises: a due job moves to ready or member exactly once, however many workers promote. One that may not return
 * ends here: the transaction that took its key, or removed it, was still open when its last attempt failed.
 * A job whose key is in the hands of an open transaction stays for now: whether it may return is not decided yet. A key that
 * has gone to another job is left alone: that one may be ending, and would leave it behind. One
 * without a key that an open transaction removes cannot be seen; if that stays open for longer than the job waits, it is
 * tried once more.
 * Indexes: deferred's primary key, then a tid scan; primary keys of job, job_key and last_attempt.
 * Locks: the deferred rows it deletes and the keys that name these jobs, for the statement; rows that others have are skipped.
 */
const PROMOTE = statement(
  'promote',
  `
with due as materialized (
  select d.tid, j.id, j.key, j.queue, j.lane, j.priority, j.run_at
    from (select ctid as tid, id from background.deferred
           where run_at <= now() order by run_at, id limit $1 for update skip locked) d
    join background.job j on ${probe('j.id', 'd.id')}),
held as materialized (
  select k.key, k.job_id
    from background.job_key k where k.key = any (array(select key from due where key is not null)) and k.job_id = any (array(select id from due))
     for no key update skip locked),
decided as materialized (
  select due.*, (select ${MAY_RETURN} from background.job j where j.id = due.id) as returns
    from due
   where due.key is null
      or (select k.job_id <> due.id or (k.key, k.job_id) in (select key, job_id from held)
            from background.job_key k where k.key = due.key) is not false),
moved as (
  delete from background.deferred where ctid = any (array(select tid from decided))),
free as (
  insert into background.ready (lane, priority, run_at, id)
  select lane, priority, run_at, id from decided where returns and queue is null),
queued as (
  insert into background.member (queue, priority, run_at, id)
  select queue, priority, run_at, id from decided where returns and queue is not null),
ended as (
  delete from background.job j using decided d where ${probe('j.id', 'd.id')} and not d.returns returning j.*),
${unlocked('ended')},
kept as (
  insert into background.finished
         (id, finished_at, expires_at, created_at, run_at, priority, attempt, max_attempts, state, task, queue, key, tags, flags, payload, error, logs)
  select id, now(), now() + $2 * interval '1 second', created_at, run_at, priority, attempt, max_attempts, 3,
         task, queue, key, tags, flags, payload, error, logs
    from ended where $2 > 0)
select (select count(*) from decided), (select count(*) from due) = $1,
       (select extract(epoch from d.run_at - now()) * 1000
          from background.deferred d where d.run_at > now() order by d.run_at limit 1),
       (select json_agg(json_build_object('id', id::text, 'task', task, 'queue', queue, 'attempt', attempt, 'maxAttempts', max_attempts))
          from ended)
`,
)

/** Moves due jobs to where they can be claimed. */
export async function promote(db: Executor, { limit, keep }: PromoteOptions): Promise<Promoted> {
  const [row] = await db.run(PROMOTE, [limit, keep])
  const [count, isFull, nextIn, ended] = row as Row
  return {
    count: Number(count),
    // what all are undecided about is not asked again at once
    more: isFull === 't' && count !== '0',
    nextIn: nextIn === null ? undefined : Number(nextIn),
    ended: endedOf(ended),
  }
}

function endedOf(json: string | null = null): JobFacts[] {
  const jobs = JSON.parse(json ?? '[]') as (JobFacts & { readonly queue: string | null })[]
  return jobs.map(job => ({ ...job, queue: job.queue ?? undefined }))
}
