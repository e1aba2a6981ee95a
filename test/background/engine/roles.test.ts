import { afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Crons } from '../../../background/client/crons.ts'
import { prune } from '../../../background/client/prune.ts'
import { cronEntry } from '../../../background/cron.ts'
import { activeCrons } from '../../../background/engine/cron-active.ts'
import { syncCrons } from '../../../background/engine/cron-sync.ts'
import { tickCrons } from '../../../background/engine/cron-tick.ts'
import { ROLES } from '../../../background/engine/grants.ts'
import { dropHistory, prepareHistory } from '../../../background/engine/history.ts'
import { ENGINE_SESSION } from '../../../background/engine/session.ts'
import { migrateDatabase, migrationSql } from '../../../background/migrate.ts'
import { discard } from '../../../background/outcome.ts'
import { ensureSchema } from '../../../background/schema-check.ts'
import { type AnyTask, task } from '../../../background/task.ts'
import { Connection } from '../../../framework/connection.ts'
import { openDatabase } from '../../../framework/database.ts'
import { transaction } from '../../../framework/transaction.ts'
import { useClients } from '../../support/client.ts'
import { emptyDatabase, freshDatabase, type TestDatabase } from '../../support/database.ts'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { useLogins } from '../../support/logins.ts'
import { gate, useWorkers } from '../../support/worker.ts'

const engine = useEngine()

function open(url = engine().url) {
  const database = openDatabase({ url, poolSize: 1, applicationName: 'roles test' })
  onTestFinished(() => database.close())
  return database
}

beforeAll(async () => {
  const database = openDatabase({ url: engine().url, poolSize: 1, applicationName: 'roles test' })
  await migrateDatabase(database, { roles: true }).finally(() => database.close())
})
const logins = useLogins(engine, ROLES)
const clients = useClients(engine)
const workers = useWorkers(engine)
afterEach(() => engine().query('truncate background.cron, background.cancellation, background.last_attempt'))

const DENIED = /permission denied|must be owner/

/** A job that waits, one in a queue, one that has finished: something to read and to change. */
async function something() {
  const [waiting, queued, done] = await engine().enqueue(
    { payload: '{"secret":1}' },
    { queue: 'q', payload: '{"secret":2}' },
    { payload: '{"secret":3}', priority: -1 },
  )
  const worker = await engine().worker()
  const jobs = await engine().claim(worker, { limit: 1 })
  await engine().complete(
    worker,
    jobs,
    { result: '{"secret":4}' },
    { claims: jobs.map(job => job.claim), slots: [] },
  )
  return { waiting, queued, done, worker }
}

const TABLES = ['job', 'ready', 'member', 'deferred', 'job_key', 'claim', 'slot', 'worker', 'queue', 'lane']
const MORE_TABLES = [
  ...['finished', 'finished_default', 'cron', 'cancellation', 'last_attempt'],
  ...['activity', 'minute', 'revival'],
]
const TRUNCATIONS = [...TABLES, ...MORE_TABLES].map(table => `truncate background.${table}`)
const OPERATIONS = [
  'select background.cancel_job(1)',
  `select background.complete_jobs('{1}')`,
  `select background.force_unlock_workers('{1}')`,
  `select background.pause_queue('q')`,
  `select background.permanently_fail_jobs('{1}')`,
  `select background.remove_job('key')`,
  'select background.remove_job(1)',
  `select background.reschedule_jobs('{1}')`,
  `select background.resume_queue('q')`,
  `select background.retry_jobs('{1}')`,
]
/** Of the triggers, and not for anybody. */
const INSIDES = ['select background.leave_claim()']
const SCHEMA_CHANGES = [
  `insert into background.migration (name) values ('9999_mine')`,
  'delete from background.migration',
  'create table background.mine (id int)',
  'alter table background.job add column mine int',
  'drop table background.job',
  'drop function background.wake',
  'drop schema background cascade',
  `create function background.mine() returns int language sql as 'select 1'`,
  'alter table background.finished detach partition background.finished_default',
]
/** Each changes something, or reads what not everybody is to know. */
const STATEMENTS = [
  ...[...TABLES, ...MORE_TABLES].flatMap(table => [
    `select * from background.${table}`,
    `delete from background.${table}`,
  ]),
  'select payload from background.jobs',
  'select payload from background.history',
  'select result from background.history',
  'select payload from background.crons',
  `insert into background.job (run_at, task, payload) values (now(), 'A', '{}')`,
  'insert into background.ready (id, run_at, priority, lane) values (1, now(), 0, 0)',
  `insert into background.claim (id, worker_id, ids) values (1, 1, '{1}')`,
  `insert into background.slot values ('q', 1, 1)`,
  `insert into background.worker values (1, now(), now(), '', '', 1, '', 1, '{}')`,
  'update background.job set priority = 1',
  `update background.worker set lease_until = '-infinity'`,
  'update background.queue set paused_at = now()',
  `select background.prepare_history('{1}')`,
  'select background.drop_history()',
  `select background.add_job('A')`,
  `select background.add_jobs(array[('A', '{}', null, null, null, null, null, null)::background.job_spec])`,
  `select background.enqueue('[{}]', 'A', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', null)`,
  `select background.enqueue_keyed('[{}]', 'A', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{k}', '{}', '{}', null)`,
  `select background.enqueue_one('A', '{}', null, null, 0, 1, null, null, null, null, null, null)`,
  `select background.lane_for('A', '{f}')`,
  ...[...TRUNCATIONS, ...OPERATIONS, ...INSIDES, ...SCHEMA_CHANGES],
]

/** Those of the statements that are let through; whatever else may be wrong with one, its author has the right. */
async function allowed(role: (typeof ROLES)[number] | 'nobody'): Promise<string[]> {
  const passed: string[] = []
  for (const statement of STATEMENTS) {
    await logins[role].query('begin')
    const refused = await logins[role].query(statement).then(
      () => false,
      error => DENIED.test(error.message),
    )
    await logins[role].query('rollback')
    if (!refused) passed.push(statement)
  }
  return passed
}

/** The way into another database with the login of a role. */
function as(role: (typeof ROLES)[number] | 'nobody', { url }: TestDatabase): string {
  return Object.assign(new URL(url), { username: logins[role].name, password: 'secret' }).href
}

async function refusedTo(role: (typeof ROLES)[number]): Promise<string[]> {
  const passed = await allowed(role)
  return STATEMENTS.filter(statement => !passed.includes(statement)).sort()
}

const starting = (...starts: readonly string[]) =>
  STATEMENTS.filter(statement => starts.some(start => statement.startsWith(start)))

test('every table, and every function with the rights of the owner, is among what is tried', async () => {
  const names = await engine().column(`
    select relname from pg_class where relnamespace = 'background'::regnamespace and relkind in ('r', 'p') and not relispartition
    union all select proname from pg_proc where pronamespace = 'background'::regnamespace and prosecdef`)
  const isTried = (name: unknown) => STATEMENTS.some(text => new RegExp(`background\\.${name}\\b`).test(text))
  expect(names.filter(name => !isTried(name))).toEqual([])
})

test('whoever has no role may nothing', async () => {
  expect(await allowed('nobody')).toEqual([])
  await expect(logins.nobody.query('select id from background.jobs')).rejects.toThrow(DENIED)
})

test('nothing is granted to everybody', async () => {
  const granted = await engine().query(`
    select oid::regclass::text as what from pg_class, aclexplode(relacl) a
     where relnamespace = 'background'::regnamespace and a.grantee = 0
    union all
    select oid::regprocedure::text from pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner))) a
     where pronamespace = 'background'::regnamespace and a.grantee = 0`)
  expect(granted).toEqual([])
})

test('functions with the rights of the owner look for nothing in schemas of others', async () => {
  const functions = await engine().query(`
    select oid::regprocedure::text as name, array_to_string(proconfig, ' ') as settings from pg_proc
     where pronamespace = 'background'::regnamespace and prosecdef`)
  expect(functions.length).toBeGreaterThan(10)
  const unsafe = functions.filter(({ settings }) => !/search_path=pg_catalog, pg_temp/.test(String(settings)))
  expect(unsafe).toEqual([])
})

test("the schema is the owner's, whoever made it", async () => {
  expect(await ownersIn(engine())).toEqual(['background_owner'])
})

test('an owner may do everything in it', async () => {
  await something()
  expect(await refusedTo('background_owner')).toEqual([])
})

test("what an owner's migration makes is the role's, not the user's", async () => {
  const empty = await emptyDatabase()
  onTestFinished(() => empty.drop())
  await empty.query('create schema background authorization background_owner')
  await migrateDatabase(open(as('background_owner', empty)))
  expect(await ownersIn(empty)).toEqual(['background_owner'])
})

describe('an enqueuer', () => {
  test('may add jobs, and nothing else', async () => {
    await something()
    expect(await allowed('background_enqueuer')).toEqual(
      starting('select background.add_job', 'select background.enqueue'),
    )
  })

  test('schedules from TypeScript, in every way', async () => {
    const client = clients.open({ url: logins.background_enqueuer.url })
    await client.schedule({ task: 'A', payload: { n: 1 }, queue: 'q', in: '1h', tags: ['t'] })
    await client.schedule({ task: 'A', payload: [1], key: 'k' })
    await client.schedule({ task: 'A', payload: [2], key: 'k' })
    await client.schedule({ task: 'A', flags: ['slow'] })
    await client.scheduleMany('A', [{ payload: 1 }, { payload: 2, key: 'other' }])
    const database = open(logins.background_enqueuer.url)
    await transaction(database, async trx => {
      await client.schedule({ task: 'A' })
      await client.with(trx).schedule({ task: 'A' })
    })
    expect(await engine().value('select count(*)::int from background.job')).toBe(7)
    expect(await engine().value(`select payload::text from background.jobs where key = 'k'`)).toBe('[1,2]')
  })

  test('is told what it may not do, and what to do about it', async () => {
    const { name, url } = logins.background_enqueuer
    const denied = { code: 'PERMISSION_DENIED', hint: expect.stringContaining('grant it') }
    const client = clients.open({ url })
    const message = new RegExp(`^${name} may not do this at .*: permission denied for table`)
    await expect(client.jobs.cancel('1')).rejects.toMatchObject({
      ...denied,
      message: expect.stringMatching(message),
    })
    await expect(client.queues.pause('q')).rejects.toMatchObject(denied)
    await expect(workers.start({ A: () => {} }, {}, url)).rejects.toMatchObject(denied)
  })

  test('nor may everybody schedule in a transaction of their own', async () => {
    const client = clients.open()
    for (const item of [{ task: 'A' }, { task: 'A', key: 'k' }]) {
      const work = transaction(open(logins.nobody.url), trx => client.with(trx).schedule(item))
      await expect(work).rejects.toMatchObject({ code: 'PERMISSION_DENIED', cause: { code: '42501' } })
    }
  })

  test('finds the schema up to date, in production and in development', async () => {
    expect(await ensureSchema(open(logins.background_enqueuer.url))).toEqual([])
  })
})

describe('a reader', () => {
  test('may change nothing and sees no payloads', async () => {
    await something()
    const bare = [
      'ready',
      'member',
      'deferred',
      'job_key',
      'claim',
      'slot',
      'worker',
      'queue',
      'lane',
      'cancellation',
      'minute',
    ]
    expect((await allowed('background_reader')).sort()).toEqual(
      bare.map(table => `select * from background.${table}`).sort(),
    )
    await expect(logins.background_reader.query('select * from background.jobs')).rejects.toThrow(DENIED)
  })

  test('sees everything else', async () => {
    await something()
    const hidden = ['payload', 'result']
    for (const view of ['jobs', 'history', 'queues', 'workers', 'crons']) {
      const columns = await engine().column(
        `select attname from pg_attribute where attrelid = 'background.${view}'::regclass and attnum > 0`,
      )
      const seen = columns.filter(column => !hidden.includes(column as string))
      const rows = await logins.background_reader.query(`select ${seen.join()} from background.${view}`)
      expect([view, rows.length > 0]).toEqual([view, view !== 'crons'])
    }
  })
})

describe('an operator', () => {
  test('may see and change every job, and can neither run one nor touch the schema', async () => {
    await something()
    expect(await refusedTo('background_operator')).toEqual(
      [
        ...['claim', 'slot', 'worker', 'lane', 'finished_default', 'minute', 'revival'].map(
          table => `delete from background.${table}`,
        ),
        ...['finished_default', 'revival'].map(table => `select * from background.${table}`),
        ...[...TRUNCATIONS, ...INSIDES],
        ...starting(
          'insert into background.claim',
          'insert into background.slot',
          'insert into background.worker',
        ),
        ...starting(
          'select background.prepare_history',
          'select background.add_job',
          'select background.enqueue',
        ),
        ...SCHEMA_CHANGES,
      ].sort(),
    )
  })

  test('operates jobs from TypeScript, verb by verb', async () => {
    const { waiting, queued, done } = (await something()) as Record<string, string>
    const { jobs } = clients.open({ url: logins.background_operator.url })
    expect((await jobs.list()).jobs.map(({ id }) => id).sort()).toEqual([waiting, queued, done].sort())
    expect((await jobs.get(done as string)).payload).toEqual({ secret: 3 })
    expect((await jobs.count({ state: 'completed' })).count).toBe(1)
    await jobs.reschedule(waiting as string, { in: '1h', priority: 3 })
    await jobs.retry(waiting as string)
    await jobs.cancel(waiting as string, { reason: 'not wanted' })
    await jobs.discard(queued as string)
    await jobs.retry([waiting, queued, done] as string[])
    expect(await engine().column('select state from background.jobs')).toEqual(Array(3).fill('available'))
    await jobs.remove([waiting, queued, done] as string[])
    expect(await engine().value('select count(*)::int from background.job')).toBe(0)
  })

  test('tells a worker to cancel what it runs, and takes its lease', async () => {
    const { waiting, worker } = await something()
    await engine().claim(worker)
    const { jobs } = clients.open({ url: logins.background_operator.url })
    expect((await jobs.cancel(waiting as string)).told).toEqual([waiting])
    await logins.background_operator.query(`update background.worker set told = 'quiet'`)
    await logins.background_operator.query(`select background.force_unlock_workers('{${worker}}')`)
    expect(await engine().value('select alive from background.workers')).toBe(false)
  })

  test('operates queues, workers, history and cron entries from TypeScript', async () => {
    await something()
    const { queues, workers, administration } = clients.open({ url: logins.background_operator.url })
    await queues.pause('q', { reason: 'maintenance' })
    expect((await queues.get('q')).paused).toMatchObject({ reason: 'maintenance' })
    await queues.resume('q')
    await queues.setConcurrency('q', 3)
    expect((await queues.list()).queues.map(({ name }) => name)).toEqual(['q'])
    expect(await workers.list()).toHaveLength(1)
    expect(await prune(administration)).toMatchObject({ days: 0 })
    const crons = new Crons(async () => ({ db: administration.db, payloadLimit: 1_000 }))
    await crons.add({ task: 'A', expression: '@daily' })
    await crons.change('A', { expression: '@hourly' })
    await crons.pause('A')
    await crons.resume('A')
    await crons.remove('A')
    expect(await crons.list()).toEqual([])
  })

  test('operates in SQL', async () => {
    const { waiting, queued, done } = await something()
    const { query } = logins.background_operator
    await query('select * from background.jobs join background.history using (task)')
    await query(`select background.pause_queue('q', 'maintenance')`)
    await query(`select background.resume_queue('q')`)
    await query(`select background.reschedule_jobs('{${waiting}}', priority => 0)`)
    await query(`select background.permanently_fail_jobs('{${queued}}')`)
    await query(`select background.complete_jobs('{${waiting}}')`)
    expect(
      await query(`select id from background.retry_jobs('{${waiting},${queued},${done}}')`),
    ).toHaveLength(3)
    await query(`select background.cancel_job(${waiting})`)
    await query(`select background.remove_job(${queued})`)
    expect(await engine().column('select id from background.job')).toEqual([done])
  })
})

describe('a worker', () => {
  const start = (tasks: Record<string, AnyTask>, config = {}) =>
    workers.start(tasks, config, logins.background_worker.url)

  test('may work, and can neither operate nor touch the schema', async () => {
    await something()
    expect(await refusedTo('background_worker')).toEqual(
      [
        ...['finished', 'lane', 'finished_default', 'activity', 'revival'].map(
          table => `delete from background.${table}`,
        ),
        ...['finished_default', 'activity', 'revival'].map(table => `select * from background.${table}`),
        ...[...TRUNCATIONS, ...OPERATIONS, ...INSIDES],
        ...SCHEMA_CHANGES,
      ].sort(),
    )
  })

  test('runs jobs to every end, with and without queues, and what they schedule', async () => {
    const client = clients.open({ url: logins.background_worker.url })
    let tries = 0
    const { worker, told } = await start(
      {
        Done: async () => void (await client.schedule({ task: 'Next' })),
        Next: () => 'result',
        Retried: task({
          backoff: '0s',
          run: () => (tries++ === 0 ? Promise.reject(new Error('not yet')) : 'now'),
        }),
        Lost: () => discard('never'),
        Batch: task({
          ...{ backoff: '0s', maxAttempts: 2 },
          run: (items: number[]) => items.map(n => (n > 1 ? Promise.reject(new Error('no')) : n)),
        }),
      },
      { queues: { q: 2 } },
    )
    await client.scheduleMany('Done', [{}, { queue: 'q' }, { queue: 'serial' }, { flags: ['f'] }])
    for (const name of ['Retried', 'Lost', 'Stranger']) await client.schedule({ task: name })
    await client.schedule({ task: 'Batch', payload: [1, 2] })
    await eventually(
      async () => (await engine().value('select count(*)::int from background.history')) === 11,
    )
    await worker.untilEmpty()
    expect(told('worker:trouble')).toEqual([])
    expect(
      await engine().query(
        'select task, state, count(*)::int from background.history group by 1, 2 order by 1',
      ),
    ).toEqual([
      { task: 'Batch', state: 'discarded', count: 1 },
      { task: 'Done', state: 'completed', count: 4 },
      { task: 'Lost', state: 'discarded', count: 1 },
      { task: 'Next', state: 'completed', count: 4 },
      { task: 'Retried', state: 'completed', count: 1 },
    ])
    expect(await engine().column('select task from background.jobs')).toEqual(['Stranger'])
  })

  test("turns history over: the partitions are the owner's", async () => {
    const db = new Connection({ url: logins.background_worker.url, name: 'worker', settings: ENGINE_SESSION })
    onTestFinished(() => db.close())
    await prepareHistory(db, [3])
    await engine().query("select background.prepare_history('{-5}')")
    await dropHistory(db)
    const owners = await engine().column(`
      select distinct relowner::regrole::text from pg_class where relname ~ '^finished_[0-9]+$'`)
    expect(owners).toEqual(['background_owner'])
  })

  test('takes the jobs of a dead worker, obeys cancellations and schedules by cron', async () => {
    const dead = await engine().worker()
    await engine().enqueue({ task: 'Left' })
    await engine().claim(dead)
    await engine().expire(dead)
    const running = gate()
    const { told } = await start({
      Left: () => {},
      Long: (_, { signal }) => {
        running.open()
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      },
    })
    await eventually(() => told('worker:rescued').length > 0 && told('job:completed').length > 0)
    const [long] = await engine().enqueue({ task: 'Long' })
    await running.opened
    await logins.background_operator.query(`select background.cancel_job(${long})`)
    await eventually(() => told('job:cancelled').length > 0)

    const db = new Connection({ url: logins.background_worker.url, name: 'worker', settings: ENGINE_SESSION })
    onTestFinished(() => db.close())
    await syncCrons(db, [
      cronEntry({ task: 'Ticking', expression: '@hourly' }, 'config'),
      cronEntry({ task: 'Ticking', name: 'keyed', expression: '@hourly', key: 'k' }, 'config'),
    ])
    await engine().query(`update background.cron set known_since = now() - interval '2 days'`)
    const at = Math.floor(Date.now() / 3_600_000) * 3_600_000
    const due = { ticks: [{ at, backfilled: false }], last: at, missed: false }
    const { entries } = await activeCrons(db)
    const ticked = await tickCrons(
      db,
      entries.map(entry => ({ entry, due })),
    )
    expect(ticked.flatMap(({ jobs }) => jobs ?? [])).toHaveLength(2)
    expect(told('worker:trouble')).toEqual([])
  })
})

describe('roles', () => {
  test('are made when they are asked for, and get exactly what they need', async () => {
    const fresh = await freshDatabase()
    onTestFinished(() => fresh.drop())
    const database = open(fresh.url)
    const mayWork = async () =>
      (await fresh.query(`select has_schema_privilege('background_worker', 'background', 'usage') as may`))[0]
        ?.may
    expect(await migrateDatabase(database)).toEqual([])
    expect(await mayWork()).toBe(false)

    expect(await migrateDatabase(database, { roles: true })).toEqual([])
    expect(await mayWork()).toBe(true)
    await fresh.query('grant truncate on background.job to background_reader')
    await migrateDatabase(database, { roles: true })
    expect(await rightsIn(fresh)).toEqual(await rightsIn(engine()))
  })

  test('that have been let in are granted what they need with every migration', async () => {
    const empty = await emptyDatabase()
    onTestFinished(() => empty.drop())
    await empty.query('create schema background; grant usage on schema background to background_reader')
    await migrateDatabase(open(empty.url))
    const ofReaders = (await rightsIn(engine())).filter(({ grantee }) => grantee === 'background_reader')
    expect(await rightsIn(empty)).toEqual(ofReaders)
  })

  test('are not let into a database that did not ask for them', async () => {
    const empty = await emptyDatabase()
    onTestFinished(() => empty.drop())
    await migrateDatabase(open(empty.url))
    expect(
      await empty.query(`
      select rolname from pg_roles where rolname ~ '^background_' and has_schema_privilege(oid, 'background', 'usage')`),
    ).toEqual([])
  })

  test('are made and granted by the script too', async () => {
    const empty = await emptyDatabase()
    onTestFinished(() => empty.drop())
    await empty.query(await migrationSql(open(empty.url), { roles: true }))
    expect(await rightsIn(empty)).toEqual(await rightsIn(engine()))
    expect(await migrationSql(open(empty.url))).toBe('')
    expect(await migrationSql(open(empty.url), { roles: true })).toContain('grant usage on schema background')
  })

  test('need nothing any more once the schema is dropped', async () => {
    const fresh = await freshDatabase()
    onTestFinished(() => fresh.drop())
    await migrateDatabase(open(fresh.url), { roles: true })
    const dependents = () =>
      fresh.query(`
      select from pg_shdepend d join pg_roles r on r.oid = d.refobjid
       where d.dbid = (select oid from pg_database where datname = current_database()) and r.rolname ~ '^background_'`)
    expect((await dependents()).length).toBeGreaterThan(0)
    await fresh.query('drop schema background cascade')
    expect(await dependents()).toEqual([])
  })

  test('that are missing take an administrator, who is told what to do', async () => {
    const empty = await emptyDatabase()
    onTestFinished(() => empty.drop())
    await empty.query(`grant create on database ${empty.name} to ${logins.nobody.name}`)
    await expect(migrateDatabase(open(as('nobody', empty)), { roles: true })).rejects.toMatchObject({
      code: 'ROLES_FAILED',
      hint: expect.stringContaining('grant background_owner to'),
    })
    expect(await empty.query(`select from pg_namespace where nspname = 'background'`)).toEqual([])
  })

  test('that exist are granted what they need by whoever owns the schema', async () => {
    const empty = await emptyDatabase()
    onTestFinished(() => empty.drop())
    await empty.query(`grant create on database ${empty.name} to ${logins.nobody.name}`)
    await empty.query(`grant background_owner to ${logins.nobody.name}`)
    onTestFinished(async () => {
      await engine().query(`revoke background_owner from ${logins.nobody.name}`)
    })
    await migrateDatabase(open(as('nobody', empty)), { roles: true })
    expect(await rightsIn(empty)).toEqual(await rightsIn(engine()))
  })
})

/** Who owns the schema of a database and what is in it. */
async function ownersIn(database: Pick<TestDatabase, 'query'>): Promise<string[]> {
  const owners = await database.query<{ name: string }>(`
    select distinct owner::regrole::text as name from (
      select nspowner as owner from pg_namespace where nspname = 'background' union all
      select relowner from pg_class where relnamespace = 'background'::regnamespace union all
      select proowner from pg_proc where pronamespace = 'background'::regnamespace union all
      select typowner from pg_type where typnamespace = 'background'::regnamespace) everything`)
  return owners.map(({ name }) => name)
}

/** What the roles may in a database that do not own it. */
function rightsIn(database: Pick<TestDatabase, 'query'>) {
  return database.query(`
    select what, grantee::regrole::text, privilege_type from (
      select oid::regclass::text as what, (aclexplode(relacl)).* from pg_class
       where relnamespace = 'background'::regnamespace union all
      select oid::regprocedure::text, (aclexplode(proacl)).* from pg_proc
       where pronamespace = 'background'::regnamespace union all
      select attrelid::regclass || '.' || attname, (aclexplode(attacl)).* from pg_attribute union all
      select nspname, (aclexplode(nspacl)).* from pg_namespace where nspname = 'background') acl
     where grantee::regrole::text ~ '^background_' and grantee <> 'background_owner'::regrole order by 1, 2, 3`)
}
