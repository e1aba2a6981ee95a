import type { Executor } from '../../framework/executor.ts'
import type { AttemptLog, LogLine } from '../job-log.ts'
import { statement } from './statement.ts'

/** Attempts whose logs are kept with a job. */
const MOST_ATTEMPTS = 10

/** The logs of a job, an array or null, with one more, which may be null; the oldest give way. */
export function withLog(logs: string, log: string): string {
  return `case when ${log} is null then ${logs} else (
    select json_agg(l.log order by l.position)
      from (select * from json_array_elements(${logs}) with ordinality as old (log, position)
             where position > json_array_length(${logs}) - ${MOST_ATTEMPTS - 1}
            union all select ${log}, ${2 ** 31}) l) end`
}

/** Promises nothing beyond what it reads. Indexes: primary key of job, finished_id in each partition. Locks: none. */
const LOGS = statement(
  'logs',
  `
select logs::text from background.job where id = $1 union all select logs::text from background.finished where id = $1
`,
)

/** What the last attempts of a job have logged, the first of them first; undefined when there is no such job. */
export async function logsOf(db: Executor, id: string): Promise<AttemptLog[] | undefined> {
  const [row] = await db.run(LOGS, [id])
  return row && (JSON.parse(row[0] ?? '[]') as StoredLog[]).map(attemptLog)
}

interface StoredLog extends Omit<AttemptLog, 'lines'> {
  readonly lines: readonly (Omit<LogLine, 'at'> & { readonly at: string })[]
}

function attemptLog({ lines, ...log }: StoredLog): AttemptLog {
  return { ...log, lines: lines.map(({ at, fields, ...line }) => ({ ...line, at: new Date(at), fields })) }
}
