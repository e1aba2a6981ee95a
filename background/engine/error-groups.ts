import type { Executor, Row } from '../../framework/executor.ts'
import type { ErrorGroup } from '../error-group.ts'
import { probe } from './probe.ts'
import { statement } from './statement.ts'

/** Jobs that are looked at, discarded ones and retryable ones each. */
const LOOKED_FOR_ERRORS = 2_000

/**
 * Promises nothing beyond what it reads: the newest {@link LOOKED_FOR_ERRORS} discarded jobs, and among twice as many that
 * are due next those that have failed. Indexes: finished_unsuccessful, deferred's and job's primary keys. Locks: none.
 */
const GROUPS = statement(
  'error_groups',
  `
with failed as materialized (
  (select h.id, h.task, h.error, h.finished_at as at, false as returns from background.finished h
    where h.state = 3 order by h.id desc limit ${LOOKED_FOR_ERRORS})
  union all
  (select j.id, j.task, j.error, j.run_at, true
     from (select d.id from background.deferred d order by d.run_at, d.id limit ${LOOKED_FOR_ERRORS * 2}) d
     join background.job j on ${probe('j.id', 'd.id')} where j.attempt > 0 and j.error is not null limit ${LOOKED_FOR_ERRORS})),
shaped as (
  select f.*, coalesce(f.error ->> 'name', 'Error') as name,
         left(regexp_replace(coalesce(f.error ->> 'message', ''),
           '"[^"]*"|''[^'']*''|[0-9a-fA-F]{8}[0-9a-fA-F-]*|[0-9]+([.][0-9]+)?', '…', 'g'), 500) as message,
         substring(f.error ->> 'stack' from '(?n)^\\s+at (?!.*(?:node_modules|node:))(.*)$') as frame
    from failed f),
grouped as (
  select md5(concat_ws(chr(10), name, message, frame)) as fingerprint, name, message, frame, count(*) as count,
         count(*) filter (where returns) as retryable, least(min(at), now()) as first_seen, least(max(at), now()) as last_seen,
         array_agg(distinct task) as tasks, (array_agg(id order by id desc))[1:5] as jobs
    from shaped group by name, message, frame)
select fingerprint, name, message, frame, count, retryable, extract(epoch from first_seen) * 1000,
       extract(epoch from last_seen) * 1000, to_json(tasks)::text, to_json(jobs::text[])::text
  from grouped order by count desc, last_seen desc limit $1::int
`,
)

/** The most frequent first. */
export async function errorGroups(db: Executor, limit: number): Promise<ErrorGroup[]> {
  return (await db.run(GROUPS, [limit])).map(errorGroup)
}

function errorGroup(row: Row): ErrorGroup {
  const [fingerprint, name, message, frame, count, retryable, firstSeen, lastSeen, tasks, jobs] = row
  return {
    fingerprint: fingerprint as string,
    name: name as string,
    message: message as string,
    frame: frame ?? undefined,
    count: Number(count),
    retryable: Number(retryable),
    firstSeen: new Date(Number(firstSeen)),
    lastSeen: new Date(Number(lastSeen)),
    tasks: JSON.parse(tasks as string),
    jobs: JSON.parse(jobs as string),
  }
}
