import { inspect } from 'node:util'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { type Database, type DatabaseOptions, openDatabase } from '../../framework/database.ts'
import { emptyDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { runProgram } from '../support/program.ts'

async function setup(
  options: Partial<DatabaseOptions> = {},
): Promise<{ empty: TestDatabase; database: Database }> {
  const empty = await emptyDatabase()
  onTestFinished(() => empty.drop())
  const database = openDatabase({ url: empty.url, poolSize: 4, applicationName: 'kretes test', ...options })
  onTestFinished(() => database.close())
  return { empty, database }
}

/** Hangs up on every connection of ours, as a restart of the server does. */
function restart(empty: TestDatabase): Promise<unknown> {
  return empty.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'kretes test'`,
  )
}

test('pool and Kysely speak to the same database, under the name an administrator sees', async () => {
  const { database } = await setup()
  const { rows } = await database.pool.query(
    'select current_database() as database, 9007199254740993::int8 as big',
  )
  const viaKysely =
    await sql`select current_database() as database, current_setting('application_name') as name`.execute(
      database.kysely,
    )
  expect(rows[0].big).toBe('9007199254740993')
  expect(viaKysely.rows).toEqual([{ database: rows[0].database, name: 'kretes test' }])
})

test('never more connections than the pool may have', async () => {
  const { database } = await setup({ poolSize: 2 })
  await Promise.all(Array.from({ length: 10 }, () => database.pool.query('select pg_sleep(0.01)')))
  expect(database.pool.totalCount).toBe(2)
})

test('a server that restarts costs idle connections, and nothing else', async () => {
  const heard: unknown[] = []
  const { database, empty } = await setup({ onError: error => heard.push(error) })
  await Promise.all([database.pool.query('select 1'), database.pool.query('select 2')])
  await restart(empty)
  await eventually(() => database.pool.totalCount === 0)
  expect(heard.length).toBe(2)
  expect(inspect(heard, { depth: 9 })).not.toContain('connectionParameters')
  await database.pool.query('select 1')
})

test('a connection that breaks while it is lent fails its next query and is not lent again', async () => {
  const heard: unknown[] = []
  const { database, empty } = await setup({ poolSize: 1, onError: error => heard.push(error) })
  const client = await database.pool.connect()
  await restart(empty)
  await eventually(() => heard.length > 0)
  await expect(client.query('select 1')).rejects.toThrow()
  client.release()
  expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
})

test('a commit after a failed statement is an error, not a success', async () => {
  const { database, empty } = await setup()
  await empty.query('create table note (id int primary key)')
  const committing = database.kysely.transaction().execute(async trx => {
    await sql`insert into note values (1)`.execute(trx)
    await sql`insert into note values (1)`.execute(trx).catch(() => {})
  })
  await expect(committing).rejects.toMatchObject({ code: 'TRANSACTION_ROLLED_BACK' })
  expect(await empty.query('select * from note')).toEqual([])
})

test('when the connection breaks in a transaction, its own error is the one that is thrown', async () => {
  const { database, empty } = await setup({ poolSize: 1 })
  const working = database.kysely.transaction().execute(async () => {
    await restart(empty)
    throw new Error('what went wrong first')
  })
  await expect(working).rejects.toThrow('what went wrong first')
  await sql`select 1`.execute(database.kysely)
})

test('whoever cannot connect is told where and why: promise, callback, query and Kysely', async () => {
  const database = openDatabase({
    url: 'postgres://ann:hunter2@127.0.0.1:1/shop',
    poolSize: 1,
    applicationName: 'test',
  })
  onTestFinished(() => database.close())
  const attempts = [
    () => database.pool.connect(),
    () =>
      new Promise((resolve, reject) =>
        database.pool.connect((error, client) => (error ? reject(error) : resolve(client))),
      ),
    () => database.pool.query('select 1'),
    () => sql`select 1`.execute(database.kysely),
  ]
  for (const attempt of attempts) {
    const error = await attempt().then(
      () => expect.fail('it connected'),
      error => error,
    )
    expect(error).toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      message: 'cannot reach the database at 127.0.0.1:1/shop: nothing is listening at 127.0.0.1:1',
    })
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hunter2')
  }
})

test('a database that does not exist is named', async () => {
  const { empty } = await setup()
  const database = openDatabase({
    url: empty.url.replace(empty.name, 'nowhere'),
    poolSize: 1,
    applicationName: 'test',
  })
  onTestFinished(() => database.close())
  await expect(database.pool.query('select 1')).rejects.toMatchObject({
    code: 'DATABASE_UNREACHABLE',
    message: expect.stringContaining('there is no database called nowhere'),
  })
})

test('closing waits for what is under way, and twice is once', async () => {
  const { database } = await setup()
  const query = database.pool.query('select pg_sleep(0.05), 1 as one')
  await eventually(() => database.pool.totalCount === 1)
  await Promise.all([database.close(), database.close()])
  expect((await query).rows).toMatchObject([{ one: 1 }])
  await expect(database.pool.query('select 1')).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
})

test('idle connections do not keep a process alive', async () => {
  const { empty } = await setup()
  const program = `
    import { openDatabase } from './framework/database.ts'
    const database = openDatabase({ url: process.argv[2], poolSize: 2, applicationName: 'short' })
    const { rows } = await database.pool.query('select 1 as one')
    console.log(JSON.stringify(rows))`
  const started = performance.now()
  expect(await runProgram(program, empty.url)).toBe('[{"one":1}]\n')
  expect(performance.now() - started).toBeLessThan(9_000)
})
