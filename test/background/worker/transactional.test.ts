import pg from 'pg'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { Background, type Events, run, type Task, type TaskContext, task } from '../../../background/index.ts'
import { testBackground } from '../../../background/testing.ts'
import { createLogger } from '../../../framework/logger.ts'
import { expectConsistent, useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { gate } from '../../support/worker.ts'
import { wireTo } from '../../support/worker-wire.ts'

const engine = useEngine()
const NAMES = ['job:completed', 'job:failed', 'job:stale', 'job:released', 'worker:trouble'] as const
const logger = createLogger({ level: 'silent' })

beforeEach(() => engine().query('create table effect (what text)'))
afterEach(async () => {
  await expectConsistent(engine())
  await engine().query('drop table effect')
})

interface Written {
  readonly what: string
}
type Does = (context: TaskContext) => unknown

/** A worker whose task writes and then does something; answers with what it told. */
async function start(does: Does, options: Partial<Parameters<typeof run>[0]> = {}, settings = {}) {
  const told: string[] = []
  const events = Object.fromEntries(NAMES.map(name => [name, () => void told.push(name)]))
  const Write = task({
    ...{ transactional: true, backoff: 1, ...settings },
    async run({ what }: Written, context) {
      await context.query('insert into effect values ($1)', [what])
      return does(context)
    },
  })
  const A: Task = () => {}
  const runner = await run({ url: engine().url, tasks: { Write, A }, events, logger, ...options })
  onTestFinished(() => runner.stop())
  const schedule = () => runner.schedule({ task: Write, payload: { what: 'paid' } })
  return { runner, schedule, count: (name: keyof Events) => told.filter(one => one === name).length }
}

const effects = () => engine().value('select count(*)::int from effect')
const finished = (what = 'state, attempt') =>
  engine().query(`select ${what} from background.finished where task = 'Write'`)
const isFinished = () => eventually(async () => (await finished()).length > 0, 30_000)

/** Lets the commit of whoever writes an effect wait until the answered function is called. */
async function holdCommits(): Promise<() => Promise<void>> {
  await engine().query(`
    create function hold() returns trigger language plpgsql as $$
      begin perform pg_advisory_xact_lock_shared(7); return null; end $$`)
  await engine().query(`create constraint trigger hold after insert on effect
    deferrable initially deferred for each row execute function hold()`)
  const client = new pg.Client(engine().url)
  await client.connect()
  await client.query('select pg_advisory_lock(7)')
  onTestFinished(() => client.end())
  return async () => void (await client.query('select pg_advisory_unlock(7)'))
}

afterEach(() => engine().query('drop function if exists hold cascade'))

/** The sessions that wait in their commit. */
const committing = () =>
  engine().column(`select pid from pg_stat_activity
    where datname = current_database() and wait_event = 'advisory' and query = 'commit'`)

test('what a task writes, the jobs it schedules and its completion are one transaction', async () => {
  const { schedule, count } = await start(({ schedule }) => schedule({ task: 'A', payload: {}, in: '1h' }))
  await schedule()
  await isFinished()
  expect(await engine().column('select xmin::text from effect')).toEqual(
    await engine().column(`select xmin::text from background.finished where task = 'Write'`),
  )
  expect(await engine().column('select xmin::text from background.job')).toEqual(
    await engine().column('select xmin::text from effect'),
  )
  await eventually(() => count('job:completed') === 1)
})

test('a task that throws takes back what it has written, and its failure is recorded', async () => {
  const { schedule, count } = await start(async ({ attempt, schedule }) => {
    await schedule({ task: 'A', in: '1h' })
    if (attempt < 3) throw new Error('not yet')
  })
  await schedule()
  await isFinished()
  expect(await finished()).toEqual([{ state: 1, attempt: 3 }])
  expect([await effects(), await engine().value('select count(*)::int from background.job')]).toEqual([1, 1])
  expect(count('job:failed')).toBe(2)
})

test('a task whose job was taken away commits nothing', async () => {
  const [began, may] = [gate(), gate()]
  const { schedule, count } = await start(async ({ crashes }) => {
    if (crashes > 0) return
    began.open()
    await may.opened
  })
  await schedule()
  await began.opened
  // what a rescue does
  await engine().query(`
    with gone as (delete from background.claim returning ids),
    back as (update background.job set crashes = 1 where id in (select unnest(ids) from gone) returning *)
    insert into background.ready select id, run_at, priority, lane from back`)
  may.open()
  await isFinished()
  await eventually(() => count('job:stale') === 1 && count('job:completed') > 0)
  expect([await effects(), count('job:completed'), count('job:failed')]).toEqual([1, 1, 0])
})

test('a session that ends before the commit has done nothing, and the job is tried again', async () => {
  const { schedule, count } = await start(async ({ attempt, query }) => {
    if (attempt > 1) return
    const [{ pid } = {}] = await query('select pg_backend_pid() as pid')
    await engine().query('select pg_terminate_backend($1)', [pid])
  })
  await schedule()
  await isFinished()
  expect(await finished()).toEqual([{ state: 1, attempt: 2 }])
  expect([await effects(), count('job:failed')]).toEqual([1, 1])
})

/** A worker whose tasks write over a wire of their own. */
async function startOverWire(does: Does) {
  const wire = await wireTo(engine().url)
  const pool = new pg.Pool({ connectionString: wire.url, max: 2 })
  pool.on('error', () => {})
  onTestFinished(() => pool.end())
  return { wire, ...(await start(does, { pool })) }
}

test('a commit whose answer gets lost has happened, and the job is completed once', async () => {
  const release = await holdCommits()
  const { wire, schedule, count } = await startOverWire(() => {})
  await schedule()
  await eventually(async () => (await committing()).length === 1)
  wire.cut()
  await release()
  await isFinished()
  await eventually(() => count('job:completed') === 1)
  expect(await finished()).toEqual([{ state: 1, attempt: 1 }])
  expect([await effects(), count('job:failed'), count('job:stale')]).toEqual([1, 0, 0])
})

test('a commit that was cut short has not happened, and the job is tried again', async () => {
  const release = await holdCommits()
  const { wire, schedule, count } = await startOverWire(() => {})
  await schedule()
  const [pid] = await eventually(async () => {
    const pids = await committing()
    return pids.length === 1 ? pids : undefined
  })
  wire.cut()
  await engine().query('select pg_terminate_backend($1)', [pid])
  await eventually(() => count('job:failed') === 1)
  await release()
  await isFinished()
  expect(await finished()).toEqual([{ state: 1, attempt: 2 }])
  expect(await effects()).toBe(1)
})

test('a commit that the database refuses fails the attempt', async () => {
  await engine().query('create table once (what text unique deferrable initially deferred)')
  onTestFinished(() => engine().query('drop table once') as never)
  const { schedule } = await start(
    async ({ query }) => {
      await query(`insert into once values ('a')`)
      await query(`insert into once values ('a')`)
    },
    {},
    { maxAttempts: 1 },
  )
  await schedule()
  await isFinished()
  expect(await finished(`state, error->>'message' as message`)).toMatchObject([
    { state: 3, message: expect.stringMatching(/duplicate key/) },
  ])
  expect(await effects()).toBe(0)
})

test('a statement that failed and was caught fails the attempt, with a hint', async () => {
  const { schedule } = await start(
    ({ query }) => query('select nonsense').catch(() => {}),
    {},
    { maxAttempts: 1 },
  )
  await schedule()
  await isFinished()
  expect(await finished(`error->>'message' as message`)).toMatchObject([
    { message: expect.stringMatching(/a statement had failed in the transaction of Write/) },
  ])
})

test('a task that outlives its timeout commits nothing', async () => {
  const may = gate()
  const { schedule } = await start(() => may.opened, {}, { maxAttempts: 1, timeout: 50 })
  await schedule()
  await isFinished()
  may.open()
  await eventually(async () => {
    const open = `select from pg_stat_activity where datname = current_database() and state like 'idle in%'`
    return (await engine().query(open)).length === 0
  })
  expect(await effects()).toBe(0)
})

test('a middleware that throws after the task takes back what it has written', async () => {
  const late = { run: async (_: unknown, next: () => Promise<unknown>) => void (await next().then(fail)) }
  const { schedule } = await start(() => {}, { middleware: [late] }, { maxAttempts: 1 })
  await schedule()
  await isFinished()
  expect([await effects(), await finished('state')]).toEqual([0, [{ state: 3 }]])
})

function fail(): never {
  throw new Error('too late')
}

test('without a free connection a job waits, and its attempts are not used up', async () => {
  const pool = new pg.Pool({ connectionString: engine().url, max: 1, connectionTimeoutMillis: 200 })
  onTestFinished(() => pool.end())
  const { schedule, count } = await start(() => {}, { pool })
  const busy = await pool.connect()
  await schedule()
  await eventually(() => count('worker:trouble') > 0 && count('job:released') > 0)
  busy.release()
  await isFinished()
  expect(await finished()).toEqual([{ state: 1, attempt: 1 }])
})

test('of a batch that has failed in part nothing is done, and all of it comes again', async () => {
  const Batch = task({
    ...{ transactional: true, backoff: 1 },
    run: (items: string[], { attempt, query }) =>
      items.map(async what => {
        await query('insert into effect values ($1)', [what])
        if (what === 'b' && attempt === 1) throw new Error('not b')
      }),
  })
  const runner = await run({ url: engine().url, tasks: { Batch }, logger })
  onTestFinished(() => runner.stop())
  await runner.schedule({ task: Batch, payload: ['a', 'b'] })
  await eventually(async () => (await engine().value('select count(*)::int from background.finished')) === 1)
  expect(await engine().column('select what from effect order by what')).toEqual(['a', 'b'])
})

test('in tests it runs in a transaction too, drained or alone', async () => {
  const A: Task = () => {}
  const Write = task({
    transactional: true,
    async run({ what }: Written, { query }) {
      await query('insert into effect values ($1)', [what])
      await Background.schedule({ task: A, in: '1h' })
      if (what === 'bad') throw new Error('bad')
    },
  })
  await using background = await testBackground({ url: engine().url, tasks: { Write, A } })
  await Background.schedule({ task: Write, payload: { what: 'bad' } })
  await background.drain({ safe: true })
  expect(await effects()).toBe(0)
  await background.expectNotScheduled(A)
  await background.run(Write, { what: 'good' })
  expect(await effects()).toBe(1)
  await background.expectScheduled(A)
})
