import type { Executor, Row } from '../../framework/executor.ts'
import { statement } from './statement.ts'
import type { WorkerOrder } from './worker-orders.ts'

/** A worker that has not said goodbye. */
export interface WorkerRecord {
  readonly id: string
  readonly name: string
  readonly host: string
  readonly pid: number
  /** Of this package. */
  readonly version: string
  readonly concurrency: number
  /** The tasks it knows. */
  readonly tasks: readonly string[]
  readonly startedAt: Date
  readonly leaseUntil: Date
  /** Whether its lease holds. One that is not alive is rescued within seconds, if another one is there to do it. */
  readonly alive: boolean
  /** Jobs it has claimed: those that run, and those that are about to. */
  readonly claimed: number
  /** What somebody wants of it: to take no more jobs, or to end. */
  readonly told: WorkerOrder
  /** How many bytes of memory its process has; undefined before its first heartbeat. */
  readonly memory: number | undefined
  /** For how many milliseconds its event loop was held up at most since the heartbeat before. */
  readonly delay: number | undefined
}

/** Promises nothing beyond what it reads. Index: job's primary key. Reads all of worker and claim, which have few rows. Locks: none. */
const LIST = statement(
  'worker_list',
  `
select id, name, host, pid, version, concurrency, to_json(tasks)::text, extract(epoch from started_at) * 1000,
       extract(epoch from lease_until) * 1000, alive, claimed, told, memory, delay
  from background.workers order by started_at, id
`,
)

/** All workers, the oldest first. */
export async function listWorkers(db: Executor): Promise<WorkerRecord[]> {
  return (await db.run(LIST, [])).map(workerRecord)
}

function workerRecord(row: Row): WorkerRecord {
  const [id, name, host, pid, version, concurrency, tasks, startedAt, leaseUntil, ...changing] = row
  const [alive, claimed, told, memory, delay] = changing
  return {
    id: id as string,
    name: name as string,
    host: host as string,
    pid: Number(pid),
    version: version as string,
    concurrency: Number(concurrency),
    tasks: JSON.parse(tasks as string),
    startedAt: new Date(Number(startedAt)),
    leaseUntil: new Date(Number(leaseUntil)),
    alive: alive === 't',
    claimed: Number(claimed),
    told: (told ?? 'work') as WorkerOrder,
    memory: memory == null ? undefined : Number(memory),
    delay: delay == null ? undefined : Number(delay),
  }
}
