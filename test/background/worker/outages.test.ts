import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { Client } from '../../../background/client/client.ts'
import { task } from '../../../background/task.ts'
import { byNumber, useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { gate, useWorkers } from '../../support/worker.ts'
import { wireTo } from '../../support/worker-wire.ts'

const engine = useEngine()
const workers = useWorkers(engine)

const isDone = async () => (await engine().value('select count(*)::int from background.job')) === 0
const ring = () => engine().query(`select pg_notify('background', '')`)
const rejections: unknown[] = []
const note = (reason: unknown) => void rejections.push(reason)

beforeEach(() => void process.on('unhandledRejection', note))
afterEach(() => {
  process.off('unhandledRejection', note)
  expect(rejections.splice(0)).toEqual([])
})

/** Ends the sessions of all workers. */
function terminate(name = 'kretes background%'): Promise<object[]> {
  return engine().query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name like $1`,
    [name],
  )
}

/** The state of the worker's session for claims, as an administrator sees it. */
async function claiming(state: string): Promise<boolean> {
  const sessions = await engine().column(
    `select coalesce(wait_event_type, '') from pg_stat_activity
      where datname = current_database() and application_name = 'kretes background claims'`,
  )
  return sessions.includes(state)
}

test('sessions that are ended again and again lose no job and finish none twice', async () => {
  const runs = new Map<string, number>()
  const A = async (_: object, { id }: { id: string }) => {
    runs.set(id, (runs.get(id) ?? 0) + 1)
    await new Promise(resolve => setTimeout(resolve, 3))
  }
  const ids = await engine().enqueue(
    ...Array.from({ length: 400 }, (_, n) => (n % 2 ? {} : { queue: `q${n % 10}` })),
  )
  const { told } = await workers.start({ A })
  for (let round = 0; round < 6; round++) {
    await eventually(() => runs.size > round * 50)
    await eventually(async () => (await terminate()).length > 0)
  }
  await eventually(isDone, 20_000)
  expect((await engine().column('select id from background.finished')).sort(byNumber as never)).toEqual(ids)
  expect(told('worker:lost')).toEqual([])
  // nothing of this is a crash: what was claimed in vain goes back
  expect(Math.max(...runs.values())).toBe(1)
})

/** Claims wait for each other behind this transaction; the answered function ends it. */
async function blockClaims(): Promise<() => Promise<unknown>> {
  const blocker = engine().connect()
  await blocker.run({ name: '', text: 'begin' }, [])
  await blocker.run({ name: '', text: 'select from background.worker for update' }, [])
  return () => blocker.run({ name: '', text: 'commit' }, [])
}

test('a claim whose answer gets lost is undone', async () => {
  const runs: { id: string; attempt: number; crashes: number }[] = []
  const wire = await wireTo(engine().url)
  const A = (_: object, { id, attempt, crashes }: { id: string; attempt: number; crashes: number }) =>
    void runs.push({ id, attempt, crashes })
  const { worker } = workers.create({ A }, {}, wire.url)
  let empty = 0
  worker.events.on('claim:empty', () => empty++)
  await worker.start()
  // or the first claims, one for each kind, could find the one job and not the other
  await eventually(() => empty > 0)
  const unblock = await blockClaims()
  const ids = await engine().enqueue({}, { queue: 'q' })
  await ring()
  await eventually(() => claiming('Lock'))
  wire.mute()
  await unblock()
  await eventually(async () => (await engine().value('select count(*)::int from background.claim')) === 2)
  expect(runs).toEqual([])
  wire.cut()
  await eventually(isDone)
  expect(runs.length).toBe(2)
  for (const id of ids) expect(runs).toContainEqual({ id, attempt: 1, crashes: 0 })
})

test('a claim that the server carries out when its worker is long connected anew is undone too', async () => {
  const runs: string[] = []
  const wire = await wireTo(engine().url)
  await workers.start({ A: (_: object, { id }: { id: string }) => void runs.push(id) }, {}, wire.url)
  const unblock = await blockClaims()
  await engine().enqueue({})
  await ring()
  await eventually(() => claiming('Lock'))
  wire.cut()
  await eventually(async () => (await sessions()) === 2)
  await unblock()
  await eventually(isDone)
  expect(runs.length).toBe(1)
})

const sessions = () =>
  engine().value(`
    select count(*)::int from pg_stat_activity
     where datname = current_database() and application_name = 'kretes background claims'`)

test('an outcome whose answer gets lost is reported again and counts once', async () => {
  const go = gate()
  const wire = await wireTo(engine().url)
  const A = async ({ fail }: { fail?: boolean }) => {
    await go.opened
    if (fail) throw new Error('no')
  }
  const { told } = await workers.start({ A }, {}, wire.url)
  await engine().enqueue({}, { payload: '{"fail":true}' })
  await ring()
  await eventually(() => told('job:started').length === 2)
  wire.mute()
  go.open()
  await eventually(async () => (await engine().value('select count(*)::int from background.finished')) === 1)
  wire.cut()
  await eventually(() => told('job:completed').length === 1 && told('job:failed').length === 1)
  expect(await engine().column('select attempt from background.job')).toEqual([1])
  expect(told('job:stale')).toEqual([])
})

test('whoever was led to a server that only reads is told so, and connects anew until one writes', async () => {
  const runs: string[] = []
  const { told } = await workers.start({ A: (_: object, { id }: { id: string }) => void runs.push(id) })
  const client = new Client({ url: engine().url, payloadLimit: 1_000 })
  onTestFinished(() => client.close())
  const { pathname } = new URL(engine().url)
  const database = `alter database ${pathname.slice(1)}`
  await engine().query(`${database} set default_transaction_read_only = on`)
  try {
    await terminate()
    await eventually(() => told('worker:trouble').some(({ error }) => /read-only/.test(String(error))))
    await expect(client.schedule({ task: 'A' })).rejects.toMatchObject({
      code: 'DATABASE_BUSY',
      message: expect.stringContaining('only reads'),
    })
  } finally {
    // whose session began before stays read-only
    await engine().query(`begin read write; ${database} reset default_transaction_read_only; commit`)
  }
  await client.schedule({ task: 'A' })
  await eventually(() => runs.length === 1, 20_000)
})

test('a worker whose pulse was cut off listens again, and looks for what it did not hear', async () => {
  const runs: string[] = []
  const { worker } = await workers.start({ A: (_: object, { id }: { id: string }) => void runs.push(id) })
  await worker.untilEmpty()
  await terminate('kretes background pulse')
  await engine().enqueue({})
  await ring()
  await eventually(() => runs.length === 1, 5_000)
})

test('an outcome that the database refuses is a failure, and the others are reported', async () => {
  const A = task({
    backoff: '1h',
    run: async ({ n }: { n: number }, { attempt }) => {
      await go.opened
      if (n === 7 && attempt === 1)
        throw Object.assign(new Error(), { [Symbol.for('kretes.outcome')]: FOREVER })
    },
  })
  const go = gate()
  const { told } = await workers.start({ A }, { concurrency: 20 })
  await engine().enqueue(...Array.from({ length: 20 }, (_, n) => ({ payload: `{"n":${n}}` })))
  await ring()
  await eventually(() => told('job:started').length === 20)
  go.open()
  await eventually(() => told('job:completed').length === 19 && told('job:failed').length === 1)
  expect(told('job:failed')).toMatchObject([{ error: { code: 'OUTCOME_REFUSED' }, again: 3_600_000 }])
  const [waiting] = await engine().query(`select attempt, error ->> 'name' as name from background.job`)
  expect(waiting).toEqual({ attempt: 1, name: 'OutcomeRefused' })
})

/** No database has room for that. */
const FOREVER = { kind: 'snoozed', ms: 1e300 }

test('a report that is refused for a moment is sent again as it was', async () => {
  await engine().query(`
    create sequence refusals;
    create function refuse() returns trigger language plpgsql as $$ begin
      if nextval('refusals') <= 4 then raise check_violation using message = 'not yet'; end if;
      return new;
    end $$;
    create trigger refuse before insert on background.finished_default for each row execute function refuse()`)
  const { worker, told } = await workers.start({ A: () => {} })
  await engine().enqueue({}, {})
  await worker.untilEmpty()
  expect(told('job:completed').length).toBe(2)
  expect(told('job:failed')).toEqual([])
  await engine().query('drop function refuse cascade; drop sequence refusals')
})
