import { afterEach, expect, test } from 'vitest'
import { Connection, type ConnectionOptions } from '../../framework/connection.ts'
import { useDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { wireTo } from '../support/worker-wire.ts'

const database = useDatabase()
const opened: Connection[] = []

afterEach(() => Promise.all(opened.splice(0).map(connection => connection.close())))

function open(options: Partial<ConnectionOptions> = {}): Connection {
  const connection = new Connection({ url: database().url, name: 'tested', ...options })
  opened.push(connection)
  return connection
}

const sql = (text: string, name = '') => ({ name, text })

function terminate(): Promise<unknown> {
  return database().query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'tested'`,
  )
}

const sessions = async (condition = 'true') =>
  (
    await database().query(
      `select from pg_stat_activity where datname = current_database() and application_name = 'tested' and ${condition}`,
    )
  ).length

test('every value comes as the text that the server sends', async () => {
  const rows = await open().run(
    sql(`select 1::bigint, true, null, '{"a":1.0}'::json, $1::int + 1, '2020-01-02'::date`),
    [41],
  )
  expect(rows).toEqual([['1', 't', null, '{"a":1.0}', '42', '2020-01-02']])
})

test('a statement with a name is prepared once', async () => {
  const connection = open()
  const prepared = sql('select name, prepare_time from pg_prepared_statements')
  const answer = (n: number) => connection.run(sql('select $1::int', 'answer'), [n])
  expect(await answer(1)).toEqual([['1']])
  const first = await connection.run(prepared, [])
  expect(first).toEqual([['answer', expect.any(String)]])
  expect(await answer(2)).toEqual([['2']])
  expect(await connection.run(prepared, [])).toEqual(first)
})

test('a session that has lost what was prepared, as behind a transaction pooler, is asked once more without names', async () => {
  const connection = open()
  const answer = (n: number) => connection.run(sql('select $1::int', 'answer'), [n])
  const together = () =>
    connection.runTogether([
      [sql('select 1', 'one'), []],
      [sql('select 2', 'two'), []],
    ])
  expect([await answer(1), await together()]).toEqual([[['1']], [[['1']], [['2']]]])
  await connection.run(sql('deallocate all'), [])
  expect(await Promise.all([answer(2), answer(3), together()])).toEqual([
    [['2']],
    [['3']],
    [[['1']], [['2']]],
  ])
  expect(connection.pooled).toBe(true)
  expect(await connection.run(sql('select count(*) from pg_prepared_statements'), [])).toEqual([['0']])
})

test('statements sent at once are carried out in their order', async () => {
  const connection = open()
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => connection.run(sql(`select ${n}`), [])),
  )
  expect(answers.map(rows => rows[0]?.[0])).toEqual(Array.from({ length: 20 }, (_, n) => String(n)))
})

test('a statement that fails leaves the others alone', async () => {
  const connection = open()
  const [one, two, three] = await Promise.allSettled(
    ['select 1', 'select 1 / 0', 'select 3'].map(text => connection.run(sql(text), [])),
  )
  expect([one?.status, three?.status]).toEqual(['fulfilled', 'fulfilled'])
  expect(two).toMatchObject({ reason: { code: '22012' } })
})

test('statements sent together happen all or not at all, with nobody in between', async () => {
  await database().query('create table together (n int, xid bigint default txid_current())')
  const connection = open()
  const insert = (n: number) => [sql('insert into together values ($1) returning n'), [n]] as const
  const [, answers] = await Promise.all([
    connection.run(...insert(1)),
    connection.runTogether([insert(2), insert(3)]),
    connection.run(...insert(4)),
  ])
  expect(answers).toEqual([[['2']], [['3']]])
  await expect(
    connection.runTogether([insert(5), [sql('select 1 / 0'), []], insert(6)]),
  ).rejects.toMatchObject({
    code: '22012',
  })
  const rows = await database().query(
    'select n, dense_rank() over (order by xid)::int as commit from together order by n',
  )
  expect(rows).toEqual([
    { n: 1, commit: 1 },
    { n: 2, commit: 2 },
    { n: 3, commit: 2 },
    { n: 4, commit: 3 },
  ])
  await database().query('drop table together')
})

test('a session that ends in the middle of them leaves nothing', async () => {
  await database().query('create table together (n int)')
  const connection = open()
  const work = connection.runTogether([
    [sql('insert into together values (1)'), []],
    [sql('select pg_sleep(30)'), []],
    [sql('insert into together values (2)'), []],
  ])
  const failed = expect(work).rejects.toThrow()
  await eventually(() => sessions(`wait_event = 'PgSleep'`))
  await terminate()
  await failed
  expect(await database().query('select * from together')).toEqual([])
  expect(await connection.run(sql('select 1'), [])).toEqual([['1']])
  await database().query('drop table together')
})

test('a lost session costs what was under way, and the next statement makes another', async () => {
  const connection = open()
  const work = ['select pg_sleep(30)', 'select 1', 'select 2'].map(text => connection.run(sql(text), []))
  const failed = Promise.allSettled(work)
  await eventually(() => sessions(`wait_event = 'PgSleep'`))
  await terminate()
  expect((await failed).map(result => result.status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(await connection.run(sql('select 1'), [])).toEqual([['1']])
})

test('no answer in time counts as a lost connection', async () => {
  const wire = await wireTo(database().url)
  const connection = open({ url: wire.url, answerTimeout: 2_000 })
  await connection.open()
  wire.freeze()
  const before = performance.now()
  const work = [
    connection.run(sql('select 1'), []),
    connection.runTogether([
      [sql('select 2'), []],
      [sql('select 3'), []],
    ]),
  ]
  expect((await Promise.allSettled(work)).map(result => result.status)).toEqual(['rejected', 'rejected'])
  expect(performance.now() - before).toBeLessThan(15_000)
  await expect(connection.run(sql('select 1'), [])).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
  wire.cut()
  expect(await connection.run(sql('select 1'), [])).toEqual([['1']])
})

test.each([
  ['that is open', true],
  ['that is not yet', false],
])('closing one %s waits for answers, then hangs up; what comes after is refused', async (_, isOpen) => {
  const connection = open()
  if (isOpen) await connection.open()
  const late = connection.run(sql('select pg_sleep(0.1)'), [])
  const next = connection.runTogether([
    [sql('select 1'), []],
    [sql('select 2'), []],
  ])
  await Promise.all([connection.close(), connection.close()])
  await late
  expect(await next).toEqual([[['1']], [['2']]])
  await expect(connection.run(sql('select 1'), [])).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
  await expect(connection.open()).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
  await eventually(async () => (await sessions()) === 0)
})

test('closing while it connects, and before it ever did', async () => {
  const [never, connecting] = [open(), open()]
  await never.close()
  const opening = connecting.open()
  await connecting.close()
  await opening
  await eventually(async () => (await sessions()) === 0)
})

test('closing does not wait for a server that is not there any more', async () => {
  const wire = await wireTo(database().url)
  const connection = open({ url: wire.url })
  await connection.open()
  wire.freeze()
  const before = performance.now()
  await connection.close()
  expect(performance.now() - before).toBeLessThan(3_000)
})

test('dropping hangs up at once, and the next statement connects again', async () => {
  const connection = open()
  const work = connection.run(sql('select pg_sleep(30)'), [])
  const failed = expect(work).rejects.toThrow()
  await eventually(() => sessions(`wait_event = 'PgSleep'`))
  connection.drop()
  await failed
  expect(await connection.run(sql('select 1'), [])).toEqual([['1']])
  await terminate()
})

test('dropping ends an attempt to connect, too', { timeout: 5_000 }, async () => {
  const wire = await wireTo(database().url)
  const connection = open({ url: wire.url })
  wire.freeze()
  const failed = [connection.open(), connection.run(sql('select 1'), [])].map(work =>
    expect(work).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' }),
  )
  connection.drop()
  wire.cut()
  expect(await connection.run(sql('select 1'), [])).toEqual([['1']])
  await Promise.all(failed)
})

test('who closes and drops waits for nobody', { timeout: 5_000 }, async () => {
  const wire = await wireTo(database().url)
  const connection = open({ url: wire.url })
  await connection.open()
  wire.freeze()
  const failed = expect(connection.run(sql('select 1'), [])).rejects.toThrow()
  const closed = connection.close()
  connection.drop()
  await Promise.all([failed, closed])
  await expect(connection.run(sql('select 1'), [])).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
})

test('a session that many find gone is given up once', async () => {
  const warnings: Error[] = []
  const note = (warning: Error) => void warnings.push(warning)
  process.on('warning', note)
  const wire = await wireTo(database().url)
  const connection = open({ url: wire.url, answerTimeout: 200 })
  await connection.open()
  wire.mute()
  await expect(connection.run(sql('select 1'), [])).rejects.toThrow('Query read timeout')
  // the socket is gone by now, and nobody has been told
  const asked = Array.from({ length: 20 }, () => connection.run(sql('select 1'), []))
  await Promise.allSettled(asked)
  await connection.run(sql('select 1'), [])
  process.off('warning', note)
  expect(warnings).toEqual([])
})

test('whoever listens hears, also after a loss, and knows that something may have been missed', async () => {
  const heard: string[] = []
  let begun = 0
  const connection = open({
    listen: 'A channel',
    onNotification: what => heard.push(what),
    onListening: () => void begun++,
  })
  await connection.open()
  expect(begun).toBe(1)
  await database().query(`select pg_notify('A channel', 'one')`)
  await eventually(() => heard.length === 1)
  await terminate()
  await eventually(() => connection.run(sql('select 1'), []))
  expect(begun).toBe(2)
  await database().query(`select pg_notify('A channel', '')`)
  await eventually(() => heard.length === 2)
  expect(heard).toEqual(['one', ''])
})

test('a database that is not there is an error with a hint, and no more than that', async () => {
  const connection = open({ url: 'postgres://nobody@127.0.0.1:1/nothing' })
  for (let n = 0; n < 2; n++)
    await expect(connection.run(sql('select 1'), [])).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      hint: expect.any(String),
    })
})
