import type { Executor, Row } from '../../framework/executor.ts'
import { probe } from './probe.ts'
import { plainArray, statement, textArray } from './statement.ts'

/** Where payloads are. */
export type PayloadTable = 'job' | 'finished'

/** A payload as it is stored. */
export interface StoredPayload {
  /** Of the job; of a cron entry its name. */
  readonly id: string
  readonly task: string
  readonly payload: string
}

/** The same, and what is to be in its place. */
export interface Replacement extends StoredPayload {
  readonly by: string
}

/**
 * Promises: of the next jobs behind an id, those whose payload looks a certain way, and the id up to which was looked.
 * Indexes: primary key of job, finished_id. Locks: none.
 */
const pageOf = (table: PayloadTable) =>
  statement(
    `payloads_of_${table}`,
    `
with page as materialized (
  select id, task, payload from background.${table} where id > $1 order by id limit $2)
select p.last, f.id, f.task, f.payload::text
  from (select max(id) as last from page) p
  left join (select * from page where payload::text ~ $3) f on true
`,
  )

/**
 * Promises: a payload is replaced if it still is what was read, and so no item that was added, or taken out, meanwhile
 * is lost; also of a job that runs, whose worker has it already. Indexes: as above. Locks: the rows.
 */
const replacementIn = (table: PayloadTable) =>
  statement(
    `replace_payloads_of_${table}`,
    `
update background.${table} t set payload = n.by::json
  from unnest($1::bigint[], $2::text[], $3::text[]) as n (id, payload, by)
 where ${probe('t.id', 'n.id')} and t.payload::text = n.payload
returning t.id
`,
  )

const PAGE = { job: pageOf('job'), finished: pageOf('finished') }
const REPLACE = { job: replacementIn('job'), finished: replacementIn('finished') }

/** Promises nothing beyond what it reads: all of cron, which has few rows. Locks: none. */
const CRONS = statement(
  'payloads_of_crons',
  'select name, task, payload::text from background.cron where payload::text ~ $1 order by name',
)

/** Promises: as for jobs. Index: cron's primary key. Locks: the rows. */
const REPLACE_CRONS = statement(
  'replace_payloads_of_crons',
  `
update background.cron c set payload = n.by::json
  from unnest($1::text[], $2::text[], $3::text[]) as n (name, payload, by)
 where c.name = n.name and c.payload::text = n.payload
returning c.name
`,
)

/** A part of the payloads that look like `pattern`, and behind which id the next part begins; undefined: that was all. */
export async function payloadsBehind(
  db: Executor,
  {
    table,
    after,
    pattern,
  }: { readonly table: PayloadTable; readonly after: string; readonly pattern: string },
  limit: number,
): Promise<{ readonly found: readonly StoredPayload[]; readonly last: string | undefined }> {
  const rows = await db.run(PAGE[table], [after, limit, pattern])
  const found = rows.filter(([, id]) => id !== null).map(([, ...columns]) => stored(columns))
  return { found, last: rows[0]?.[0] ?? undefined }
}

/** Those of cron entries. */
export async function payloadsOfCrons(db: Executor, pattern: string): Promise<StoredPayload[]> {
  return (await db.run(CRONS, [pattern])).map(stored)
}

/** Answers how many were still what they had been. */
export async function replacePayloads(
  db: Executor,
  table: PayloadTable,
  all: readonly Replacement[],
): Promise<number> {
  return (await db.run(REPLACE[table], [plainArray(all.map(({ id }) => id)), ...texts(all)])).length
}

export async function replacePayloadsOfCrons(db: Executor, all: readonly Replacement[]): Promise<number> {
  return (await db.run(REPLACE_CRONS, [textArray(all.map(({ id }) => id)), ...texts(all)])).length
}

function texts(all: readonly Replacement[]): string[] {
  return [textArray(all.map(({ payload }) => payload)), textArray(all.map(({ by }) => by))]
}

function stored([id, task, payload]: Row): StoredPayload {
  return { id: id as string, task: task as string, payload: payload as string }
}
