import type { Executor } from '../../framework/executor.ts'
import {
  FINISHED_PREVIEWS,
  FINISHED_RECORDS,
  type JobRecord,
  jobRecord,
  UNFINISHED_PREVIEWS,
  UNFINISHED_RECORDS,
} from './job-record.ts'
import { looked, MATCHES, type Search, searchValues } from './search.ts'
import { statement } from './statement.ts'

/** A part of what a search finds. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** The search goes on before this id; undefined when there is nothing more to look at. */
  readonly next: string | undefined
}

/** Jobs that one statement looks at, at most. */
const LOOKS = 10_000

/** The matches among the jobs looked at, up to parameter 11, and where the search goes on: the end that was reached. */
function found(search: Search): string {
  return `
with ${looked(search).cte},
found as materialized (
  select id from looked where ${MATCHES} limit $11::int),
page as materialized (
  select case when (select count(*) from found) = $11 then (select min(id) from found)
              when (select count(*) from looked) = $2 then (select min(id) from looked) end as next)`
}

/**
 * Promises nothing beyond what it reads: jobs that match, newest first, among the next {@link LOOKS} ones.
 * Indexes: primary key of job, finished_id, also by ids; by key job_key's key and finished_key; cancelled and discarded ones by
 * finished_unsuccessful; running ones by the claims. All else (task, queue, tag, time, conditions) is compared row by row.
 * Locks: none.
 */
function listStatement(search: Search, isPreview: boolean) {
  return statement(
    `${isPreview ? 'previews' : 'list'}_${looked(search).name}`,
    `${found(search)},
record as (
  ${isPreview ? UNFINISHED_PREVIEWS : UNFINISHED_RECORDS} where j.id = any (array(select id from found))
  union all
  ${isPreview ? FINISHED_PREVIEWS : FINISHED_RECORDS} where h.id = any (array(select id from found)))
select page.next, record.* from page left join record on true order by record.id desc`,
  )
}

/** Up to `limit` jobs, whole. */
export function listJobs(db: Executor, search: Search, limit: number): Promise<Page<JobRecord>> {
  return list(db, search, { limit, isPreview: false })
}

/** The same, with no more than the beginning of their payloads and results; see PREVIEW. */
export function listPreviews(db: Executor, search: Search, limit: number): Promise<Page<JobRecord>> {
  return list(db, search, { limit, isPreview: true })
}

async function list(
  db: Executor,
  search: Search,
  { limit, isPreview }: { readonly limit: number; readonly isPreview: boolean },
): Promise<Page<JobRecord>> {
  const rows = await db.run(listStatement(search, isPreview), [...searchValues(search, LOOKS), limit])
  const items = rows.filter(row => row[1] !== null).map(row => jobRecord(row.slice(1)))
  return { items, next: rows[0]?.[0] ?? undefined }
}

/** The same, ids only. */
function idsStatement(search: Search) {
  return statement(
    `list_ids_${looked(search).name}`,
    `${found(search)}
select page.next, array(select id from found order by id desc) from page`,
  )
}

/** The ids of up to `limit` jobs. */
export async function listIds(db: Executor, search: Search, limit: number): Promise<Page<string>> {
  const [row] = await db.run(idsStatement(search), [...searchValues(search, LOOKS), limit])
  const ids = (row?.[1] ?? '{}').slice(1, -1)
  return { items: ids === '' ? [] : ids.split(','), next: row?.[0] ?? undefined }
}
