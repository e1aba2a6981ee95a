import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { type ClaimRequest, claim } from '../../background/engine/claim.ts'
import {
  type ClaimedQueues,
  type ClaimQueuesRequest,
  claimQueues,
} from '../../background/engine/claim-queues.ts'
import type { ClaimedJob } from '../../background/engine/claimed-job.ts'
import { type Closing, NOTHING_TO_CLOSE } from '../../background/engine/closing.ts'
import { type Completion, complete, idsOf } from '../../background/engine/complete.ts'
import { enqueue, enqueueOne, type NewJob } from '../../background/engine/enqueue.ts'
import { type Failure, fail } from '../../background/engine/fail.ts'
import { probe } from '../../background/engine/probe.ts'
import { promote } from '../../background/engine/promote.ts'
import { release } from '../../background/engine/release.ts'
import { ENGINE_SESSION } from '../../background/engine/session.ts'
import { register } from '../../background/engine/worker-lease.ts'
import { newId } from '../../background/id.ts'
import type { KeyMode } from '../../background/key.ts'
import { Connection } from '../../framework/connection.ts'
import type { Call, Executor } from '../../framework/executor.ts'
import { freshDatabase, type TestDatabase } from './database.ts'

const TABLES =
  'job, ready, member, deferred, claim, slot, worker, queue, lane, job_key, cancellation, last_attempt, finished'

/**
 * What the engine promises at any moment, as a list of what is wrong. Rows are counted and looked up: to compare all with
 * all, as they are when the planner knows nothing of them, would take minutes.
 */
const COMPLAINTS = `
with place (id, name) as (
  select id, 'job' from background.job union all
  select id, 'ready' from background.ready union all
  select id, 'member' from background.member union all
  select id, 'deferred' from background.deferred union all
  select unnest(ids), 'claim' from background.claim),
found as (
  select id, bool_or(name = 'job') as is_there, count(*) filter (where name <> 'job') as places,
         string_agg(name, ', ') filter (where name <> 'job') as names, bool_or(name not in ('job', 'claim')) as waits
    from place group by id)
select format('job %s is in %s places: %s', id, places, names) as complaint from found where is_there and places <> 1
union all
select format('%s has %s, which does not exist', names, id) from found where waits and not is_there
union all
select format('ready has job %s in the wrong place', r.id)
  from background.ready r join background.job j on ${probe('j.id', 'r.id')}
 where j.queue is not null or (j.lane, j.priority, j.run_at) <> (r.lane, r.priority, r.run_at)
union all
select format('member has job %s in the wrong place', m.id)
  from background.member m join background.job j on ${probe('j.id', 'm.id')}
 where (m.queue, m.priority, m.run_at) is distinct from (j.queue, j.priority, j.run_at)
union all
select format('deferred has job %s at the wrong time', d.id)
  from background.deferred d join background.job j on ${probe('j.id', 'd.id')} where d.run_at <> j.run_at
union all
select format('slot %s of %s belongs to no claim', s.number, s.queue)
  from background.slot s where not exists (select from background.claim c where c.id = s.claim_id)
union all
select format('queue %s has slot %s taken, more than its concurrency', s.queue, s.number)
  from background.slot s left join background.queue q on q.name = s.queue where s.number > coalesce(q.concurrency, 1)
union all
select format('key %s names job %s, which does not exist', k.key, k.job_id)
  from background.job_key k where not exists (select from background.job j where ${probe('j.id', 'k.job_id')})`

/** The database is as the engine promises it to be at any moment. */
export async function expectConsistent(database: Pick<TestDatabase, 'query'>): Promise<void> {
  const complaints = await database.query<{ complaint: string }>(COMPLAINTS)
  expect(complaints.map(({ complaint }) => complaint)).toEqual([])
}

type Options<T> = Partial<T>

/** The engine of one database, with its verbs as a worker uses them. */
export class Engine {
  readonly #database: TestDatabase
  readonly #connections: Connection[] = []
  readonly db: Connection

  constructor(database: TestDatabase) {
    this.#database = database
    this.db = new Connection({ url: database.url, name: 'engine', settings: ENGINE_SESSION })
  }

  get url(): string {
    return this.#database.url
  }

  /** Runs any statement; answers with its rows. */
  async query<Row extends object = Record<string, unknown>>(
    sql: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    return (await this.#database.query(sql, values)) as Row[]
  }

  /** The values of the first column. */
  async column(sql: string, values: unknown[] = []): Promise<unknown[]> {
    return (await this.query(sql, values)).map(row => Object.values(row)[0])
  }

  /** The first column of the first row. */
  async value(sql: string, values: unknown[] = []): Promise<unknown> {
    return (await this.column(sql, values))[0]
  }

  /** One more connection, as another process would have it. */
  connect(): Connection {
    const connection = new Connection({ url: this.url, name: 'engine', settings: ENGINE_SESSION })
    this.#connections.push(connection)
    return connection
  }

  /** How many sessions have waited for a lock for so many seconds: any, or those of `application`. */
  async waiters(application?: string, seconds = 0): Promise<number> {
    const count = await this.value(
      `select count(*)::int from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'
          and application_name = coalesce($1, application_name)
          and clock_timestamp() - query_start >= $2 * interval '1 second'`,
      [application, seconds],
    )
    return count as number
  }

  /** Registers a worker that lives for `leaseMs`. */
  async worker(leaseMs = 60_000): Promise<string> {
    const id = newId()
    const facts = { name: 'test', host: 'here', pid: 1, version: '1', concurrency: 10, tasks: ['A'] }
    await register(this.db, { id, ...facts }, leaseMs)
    return id
  }

  /** Its lease has run out. */
  async expire(worker: string): Promise<void> {
    await this.query(`update background.worker set lease_until = now() - interval '1 second' where id = $1`, [
      worker,
    ])
  }

  enqueue(...jobs: Options<NewJob>[]): Promise<string[]> {
    return enqueue(
      this.db,
      jobs.map(job => ({ task: 'A', payload: '{}', ...job })),
    )
  }

  /** Schedules under the key `k`. */
  keyed(job: Options<NewJob>, mode: KeyMode = 'replace', db: Executor = this.db): Promise<string> {
    return enqueueOne(db, { task: 'A', payload: '{}', key: { name: 'k', mode, maxWait: undefined }, ...job })
  }

  /** Due now, whatever it waits for. */
  async letDue(): Promise<void> {
    await this.query(`update background.job j set run_at = now() - interval '1 second'
                        from background.deferred d where d.id = j.id`)
    await this.query(`update background.deferred set run_at = now() - interval '1 second'`)
    await promote(this.db, { limit: 1_000, keep: 60 })
  }

  async claim(worker: string, request: Options<ClaimRequest> = {}): Promise<ClaimedJob[]> {
    const { jobs } = await claim(this.db, { claim: newId(), worker, lanes: [0], limit: 100, ...request })
    return [...jobs].sort((a, b) => a.priority - b.priority || a.runAt - b.runAt || byNumber(a.id, b.id))
  }

  claimQueues(worker: string, request: Options<ClaimQueuesRequest> = {}): Promise<ClaimedQueues> {
    return claimQueues(this.db, { claim: newId(), worker, slots: 100, perSlot: 100, cursor: '', ...request })
  }

  /** Completes `jobs`; answers with the ids that were still the worker's. */
  complete(
    worker: string,
    jobs: readonly ClaimedJob[],
    more: Options<Completion> = {},
    end: Closing = NOTHING_TO_CLOSE,
  ): Promise<string[]> {
    const entries = jobs.map(({ claim, id }) => ({ claim, id, ms: 1, keep: 60, ...more }))
    return this.#report(jobs, complete(worker, entries, end))
  }

  fail(
    worker: string,
    jobs: readonly ClaimedJob[],
    more: Options<Failure> = {},
    end: Closing = NOTHING_TO_CLOSE,
  ): Promise<string[]> {
    const failure = { ms: 1, again: 60_000, state: 'discarded', counts: true, error: null, keep: 60 } as const
    return this.#report(
      jobs,
      fail(
        worker,
        jobs.map(({ claim, id }) => ({ claim, id, ...failure, ...more })),
        end,
      ),
    )
  }

  release(worker: string, jobs: readonly ClaimedJob[], end: Closing = NOTHING_TO_CLOSE): Promise<string[]> {
    return this.#report(
      jobs,
      release(
        worker,
        jobs.map(({ claim, id }) => ({ claim, id })),
        end,
      ),
    )
  }

  async #report(jobs: readonly ClaimedJob[], call: Call): Promise<string[]> {
    const lost = idsOf(await this.db.run(...call))
    const ids = jobs.map(job => job.id).filter(id => !lost.includes(id))
    return ids.sort(byNumber)
  }

  /** Closes what `connect` opened, and with it their transactions. */
  async hangUp(): Promise<void> {
    await Promise.all(this.#connections.splice(0).map(connection => connection.close()))
  }

  /** Hangs up and empties all tables. Nobody else may be at work: they would lock each other out. */
  async reset(): Promise<void> {
    await this.hangUp()
    const tables = TABLES.split(', ').map(table => `background.${table}`)
    await this.query(`truncate ${tables.join(', ')} restart identity`)
  }

  async close(): Promise<void> {
    await this.db.close()
    await this.#database.drop()
  }
}

/** Ends the claims of `jobs`. */
export function closingOf(...jobs: readonly ClaimedJob[]): Closing {
  return { claims: [...new Set(jobs.map(job => job.claim))], slots: [] }
}

export function byNumber(a: string, b: string): number {
  return Number(a) - Number(b)
}

/**
 * One engine for all tests of a file. After each test its promises are checked, and before each its tables are emptied:
 * then what the last one started has been stopped, and a test that is tried again begins like the first time.
 */
export function useEngine(): () => Engine {
  let engine: Engine
  beforeAll(async () => {
    engine = new Engine(await freshDatabase())
  })
  beforeEach(() => engine.reset())
  afterEach(async () => {
    await expectConsistent(engine).finally(() => engine.hangUp())
  })
  afterAll(() => engine.close())
  return () => engine
}
