import type { Executor, Row } from '../../framework/executor.ts'
import { statement } from './statement.ts'

/** A queue as it stands. */
export interface QueueRecord {
  readonly name: string
  /** How many of its jobs may run at once. */
  readonly concurrency: number
  /** Due jobs that wait in it, counted up to {@link MOST_COUNTED}. */
  readonly available: number
  /** Taken slots: about as many jobs run. */
  readonly running: number
  /** For how many milliseconds the job has been due that comes next; undefined when none waits. */
  readonly waited: number | undefined
  readonly paused: QueuePause | undefined
}

export interface QueuePause {
  readonly at: Date
  readonly by: string | undefined
  readonly reason: string | undefined
}

/** Counting all jobs of a long queue would take longer than the answer is worth. */
export const MOST_COUNTED = 10_000

const RECORDS = `
select n.name, coalesce(q.concurrency, 1),
       (select count(*) from (select from background.member m where m.queue = n.name limit ${MOST_COUNTED}) m),
       (select count(*) from background.slot s where s.queue = n.name),
       (select extract(epoch from clock_timestamp() - m.run_at) * 1000 from background.member m
         where m.queue = n.name order by m.priority, m.run_at, m.id limit 1),
       extract(epoch from q.paused_at) * 1000, q.paused_by, q.paused_reason
  from names n left join background.queue q on q.name = n.name`

/**
 * Promises nothing beyond what it reads: queues that have due jobs, taken slots or settings of their own, by name. It
 * walks their distinct names with one probe per index each, however many jobs they have.
 * Indexes: member's, slot's and queue's primary keys. Locks: none.
 */
const LIST = statement(
  'queue_list',
  `
with recursive walk (name, step) as (
  select $1::text collate "C", 0
  union all
  select least((select m.queue from background.member m where m.queue > w.name order by m.queue limit 1),
               (select s.queue from background.slot s where s.queue > w.name order by s.queue limit 1),
               (select q.name from background.queue q where q.name > w.name order by q.name limit 1)), w.step + 1
    from walk w where w.name is not null and w.step < $2::int),
names as (
  select name from walk where step > 0 and name is not null)
${RECORDS} order by n.name`,
)

/** Up to `limit` queues behind the one called `after`. */
export async function listQueues(db: Executor, after: string, limit: number): Promise<QueueRecord[]> {
  return (await db.run(LIST, [after, limit])).map(queueRecord)
}

/** Promises nothing beyond what it reads. Indexes: as above. Locks: none. */
const FIND = statement('queue_find', `with names as (select $1::text collate "C" as name) ${RECORDS}`)

/** The queue of this name; one that nothing is known of has the defaults. */
export async function findQueue(db: Executor, name: string): Promise<QueueRecord> {
  const [row] = await db.run(FIND, [name])
  return queueRecord(row as Row)
}

function queueRecord([
  name,
  concurrency,
  available,
  running,
  waited,
  pausedAt,
  by,
  reason,
]: Row): QueueRecord {
  return {
    name: name as string,
    concurrency: Number(concurrency),
    available: Number(available),
    running: Number(running),
    waited: waited == null ? undefined : Math.max(0, Number(waited)),
    paused:
      pausedAt == null
        ? undefined
        : { at: new Date(Number(pausedAt)), by: by ?? undefined, reason: reason ?? undefined },
  }
}
