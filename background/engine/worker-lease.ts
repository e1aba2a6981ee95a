import type { Executor, Row } from '../../framework/executor.ts'
import { statement, textArray } from './statement.ts'
import type { WorkerOrder } from './worker-orders.ts'

/** How a worker introduces itself. */
export interface WorkerIdentity {
  /** Random and new for each life: a worker that was declared dead comes back as another. */
  readonly id: string
  readonly name: string
  readonly host: string
  readonly pid: number
  readonly version: string
  readonly concurrency: number
  readonly tasks: readonly string[]
}

/**
 * Promises: the worker may claim until its lease ends. Sent again because the answer was lost, it takes the whole
 * lease anew. Index: worker's primary key. Locks: its own new row.
 */
const REGISTER = statement(
  'register',
  `
insert into background.worker (id, lease_until, name, host, pid, version, concurrency, tasks)
values ($1, clock_timestamp() + $2 * interval '1 millisecond', $3, $4, $5, $6, $7, $8)
on conflict (id) do update set lease_until = excluded.lease_until
`,
)

export async function register(db: Executor, worker: WorkerIdentity, leaseMs: number): Promise<void> {
  const { id, name, host, pid, version, concurrency, tasks } = worker
  await db.run(REGISTER, [id, leaseMs, name, host, pid, version, concurrency, textArray(tasks)])
}

/**
 * Promises: a lease that has not run out is extended; one that has is lost for good, for others may be taking
 * the jobs already. Also tells what somebody wants of the worker, whether another worker's lease ran out, so that
 * somebody rescues, and whether running jobs are to be cancelled. What the worker says of its process is for people.
 * Index: worker's primary key; the other looks read the few rows there are. Locks: the worker's own row.
 * Without waiting for the disk: a lease that a server crash forgets only ends early.
 */
const HEARTBEAT = statement(
  'heartbeat',
  `
with extended as (
  update background.worker
     set lease_until = clock_timestamp() + $2 * interval '1 millisecond', memory = $3::bigint, delay = $4::integer
   where id = $1 and lease_until > clock_timestamp() returning told)
select (select count(*) from extended),
       (select told from extended),
       exists (select from background.worker where id <> $1 and lease_until < clock_timestamp()),
       exists (select from background.cancellation)
  from (select set_config('synchronous_commit', 'off', true)) durability
`,
)

export interface Heartbeat {
  readonly alive: boolean
  readonly order: WorkerOrder
  readonly othersDied: boolean
  /** Some running job, of any worker, is to be cancelled. */
  readonly cancellations: boolean
}

/** How the process of a worker is. */
export interface WorkerLoad {
  /** In bytes. */
  readonly memory: number
  /** For how many milliseconds its event loop was held up at most, lately. */
  readonly delay: number
}

export async function heartbeat(
  db: Executor,
  worker: string,
  leaseMs: number,
  load?: WorkerLoad,
): Promise<Heartbeat> {
  const [row] = await db.run(HEARTBEAT, [worker, leaseMs, load?.memory ?? null, load?.delay ?? null])
  const [extended, told, othersDied, toCancel] = row as Row
  return {
    alive: extended === '1',
    order: (told ?? 'work') as WorkerOrder,
    othersDied: othersDied === 't',
    cancellations: toCancel === 't',
  }
}

/**
 * Promises: while this is so, nobody has taken anything from the worker; whoever rescues does so after the lease has run
 * out, and that is for good. Index: worker's primary key. Locks: none.
 */
const HOLDS = statement(
  'holds_lease',
  'select id from background.worker where id = $1 and lease_until > clock_timestamp()',
)

/** Whether whatever `worker` claimed has been its own until now. */
export async function holdsLease(db: Executor, worker: string): Promise<boolean> {
  return (await db.run(HOLDS, [worker])).length > 0
}

/**
 * Promises: a worker that has nothing claimed is gone at once, so that nobody waits for its lease; one that
 * still holds something ends its lease and is rescued. Index: primary key; reads all of claim, which has few rows.
 * Locks: its own row.
 */
const DEREGISTER = statement(
  'deregister',
  `
with kept as (
  update background.worker w set lease_until = '-infinity'
   where w.id = $1 and exists (select from background.claim c where c.worker_id = w.id) returning id)
delete from background.worker w
 where w.id = $1 and not exists (select from background.claim c where c.worker_id = w.id)
`,
)

export async function deregister(db: Executor, worker: string): Promise<void> {
  await db.run(DEREGISTER, [worker])
}
