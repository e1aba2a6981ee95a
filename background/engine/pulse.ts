import type { Executor, Row } from '../../framework/executor.ts'
import { statement } from './statement.ts'

/**
 * Promises nothing beyond what it reads: marks that differ whenever something has happened. Indexes: primary keys of job,
 * activity and minute, finished_id. Reads all of claim, worker, queue and cron, which have few rows. Locks: none.
 */
const PULSE = statement(
  'pulse',
  `
select concat_ws(' ', (select id from background.job order by id desc limit 1), (select id from background.finished order by id desc limit 1),
                 (select md5(string_agg(id::text, ' ' order by id)) from background.claim),
                 (select sum(completed + failed + ended) from background.minute where at > now() - interval '2 minutes')),
       (select md5(string_agg(q::text, ' ' order by q.name)) from background.queue q),
       (select md5(string_agg(concat_ws(' ', name, expression, paused_at, last_tick), ' ' order by name)) from background.cron),
       (select md5(string_agg(concat_ws(' ', id, told, lease_until > clock_timestamp(), tasks), ' ' order by id)) from background.worker),
       (select id from background.activity order by id desc limit 1)
`,
)

/** Texts that are others once something has happened there. */
export interface Pulse {
  readonly jobs: string
  readonly queues: string
  readonly crons: string
  readonly workers: string
  readonly activity: string
}

export async function pulse(db: Executor): Promise<Pulse> {
  const [row] = await db.run(PULSE, [])
  const [jobs, queues, crons, workers, activity] = (row as Row).map(text => text ?? '') as [
    ...[string, string, string, string, string],
  ]
  return { jobs, queues, crons, workers, activity }
}
