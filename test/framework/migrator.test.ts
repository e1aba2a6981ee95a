import { type Kysely, Migrator, sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { type Database, openDatabase } from '../../framework/database.ts'
import type { Migration, MigrationPlan } from '../../framework/migration-plan.ts'
import { migrate, migrationStatus, pendingMigrations, rehearse } from '../../framework/migrator.ts'
import { emptyDatabase, type TestDatabase } from '../support/database.ts'
import { runProgram } from '../support/program.ts'

const migrations = {
  '0001_one': { up: run('create table shop.one (id int)') },
  '0002_two': { up: run('create table shop.two (id int)') },
}

function run(statement: string): Migration['up'] {
  return async (db: Kysely<unknown>) => {
    await sql.raw(statement).execute(db)
  }
}

function open(url: string, poolSize = 1): Database {
  const database = openDatabase({ url, poolSize, applicationName: 'migrator test' })
  onTestFinished(() => database.close())
  return database
}

async function setup(): Promise<{ empty: TestDatabase; plan: MigrationPlan }> {
  const empty = await emptyDatabase()
  onTestFinished(() => empty.drop())
  return { empty, plan: { database: open(empty.url), schema: 'shop', migrations } }
}

async function tables(empty: TestDatabase): Promise<string[]> {
  const rows = await empty.query(`select tablename from pg_tables where schemaname = 'shop' order by 1`)
  return rows.map(row => row.tablename as string)
}

test('an empty database gets the schema and everything in it, once', async () => {
  const { empty, plan } = await setup()
  const names = ['0001_one', '0002_two']
  const nothing = { applied: [], pending: [], unknown: [], breaking: [] }
  expect(await migrationStatus(plan)).toEqual({ ...nothing, pending: names })
  expect(await migrate(plan)).toEqual({ applied: names })
  expect(await migrate(plan)).toEqual({ applied: [] })
  expect(await migrationStatus(plan)).toEqual({ ...nothing, applied: names })
  expect(await tables(empty)).toEqual(['migration', 'one', 'two'])
})

test('when nothing is pending, one query is all and no migration is loaded', async () => {
  const { empty, plan } = await setup()
  await migrate(plan)
  const { pool } = plan.database
  let queries = 0
  pool.on('acquire', () => queries++)
  const unloadable = { '0001_one': failToLoad, '0002_two': failToLoad }
  await empty.query('begin; select pg_advisory_lock(1); commit')
  expect(await migrate({ ...plan, migrations: unloadable })).toEqual({ applied: [] })
  expect(queries).toBe(1)
})

function failToLoad(): never {
  throw new Error('it was loaded')
}

test('a migration may be loaded when its time comes', async () => {
  const { plan } = await setup()
  const later = { ...migrations, '0003_three': async () => ({ up: run('create table shop.three ()') }) }
  expect(await migrate({ ...plan, migrations: later })).toEqual({
    applied: ['0001_one', '0002_two', '0003_three'],
  })
})

test('a migration that fails takes all of them back, and says which and why', async () => {
  const { empty, plan } = await setup()
  const broken = { ...migrations, '0003_three': { up: run('create table shop.one (id int)') } }
  const failing = migrate({ ...plan, migrations: broken })
  await expect(failing).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    message: expect.stringMatching(/^the migration 0003_three failed: .*"one" already exists/),
    hint: expect.stringContaining('nothing was changed'),
  })
  expect(await tables(empty)).toEqual([])
  expect(await migrate(plan)).toEqual({ applied: ['0001_one', '0002_two'] })
})

test('a rehearsal applies everything, says so and takes it back', async () => {
  const { empty, plan } = await setup()
  expect(await rehearse(plan)).toEqual({ applied: ['0001_one', '0002_two'] })
  expect(await empty.query("select from pg_namespace where nspname = 'shop'")).toEqual([])
  expect(await pendingMigrations(plan)).toEqual(['0001_one', '0002_two'])

  const broken = { ...plan, migrations: { ...migrations, '0003_three': { up: run('select 1 / 0') } } }
  await expect(rehearse(broken)).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    message: 'the migration 0003_three failed: division by zero',
  })
  await migrate(plan)
  expect(await rehearse(plan)).toEqual({ applied: [] })
})

test('a migration that swallows an error of PostgreSQL has failed all the same', async () => {
  const { empty, plan } = await setup()
  const swallowing = {
    '0001_one': { up: async (db: Kysely<unknown>) => void (await run('select 1 / 0')(db).catch(() => {})) },
  }
  await expect(migrate({ ...plan, migrations: swallowing })).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
  })
  expect(await tables(empty)).toEqual([])
})

test('older code runs on a schema that newer code has added to', async () => {
  const { plan } = await setup()
  await migrate({ ...plan, migrations: { ...migrations, '0003_three': { up: async () => {} } } })
  expect(await migrate(plan)).toEqual({ applied: [] })
  expect(await migrationStatus(plan)).toMatchObject({ pending: [], unknown: ['0003_three'] })
})

test('older code refuses a schema that newer code has broken with', async () => {
  const { plan } = await setup()
  await migrate({
    ...plan,
    migrations: { ...migrations, '0003_three': { up: async () => {}, breaking: true } },
  })
  await expect(migrate(plan)).rejects.toMatchObject({
    code: 'SCHEMA_TOO_NEW',
    message: 'the schema "shop" is newer than this code: it has 0003_three',
  })
  await expect(rehearse(plan)).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW' })
  await expect(pendingMigrations(plan)).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW' })
  expect(await migrationStatus(plan)).toMatchObject({ unknown: ['0003_three'], breaking: ['0003_three'] })
})

test('code whose own migrations were overtaken by unknown ones refuses too', async () => {
  const { plan } = await setup()
  await migrate({
    ...plan,
    migrations: { '0001_one': migrations['0001_one'], '0003_three': { up: async () => {} } },
  })
  await expect(migrate(plan)).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW' })
})

test('a migration cannot be slipped in before those that have been applied', async () => {
  const { plan } = await setup()
  await migrate(plan)
  const slipped = { '0000_zero': { up: async () => {} }, ...migrations }
  await expect(migrate({ ...plan, migrations: slipped })).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    message: 'migrations after 0000_zero have been applied already',
  })
})

test('a schema that an administrator made is used by whoever owns it, without the right to make others', async () => {
  const { empty, plan } = await setup()
  const role = `owner_of_${empty.name}`
  await empty.query(`create role ${role}`)
  onTestFinished(async () => void (await empty.query(`drop owned by ${role} cascade; drop role ${role}`)))
  await empty.query(`create schema shop authorization ${role}`)
  const database = open(`${empty.url}&options=-c%20role%3D${role}`)
  expect(await migrate({ ...plan, database })).toEqual({ applied: ['0001_one', '0002_two'] })
  await expect(migrate({ ...plan, database, schema: 'other' })).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    hint: expect.stringContaining('grant this user create on the database'),
  })
})

test('twenty that start at once on an empty database all succeed, and one of them does the work', async () => {
  const { empty } = await setup()
  const plans = Array.from({ length: 20 }, () => ({ database: open(empty.url), schema: 'shop', migrations }))
  await Promise.all(plans.map(plan => plan.database.pool.query('select 1')))
  const results = await Promise.all(plans.map(plan => migrate(plan)))
  expect(results.map(({ applied }) => applied.length).sort()).toEqual([...Array(19).fill(0), 2])
})

test('so do they when the server defaults to serializable transactions', async () => {
  const { empty } = await setup()
  await empty.query(`alter database ${empty.name} set default_transaction_isolation to serializable`)
  const plans = Array.from({ length: 5 }, () => ({ database: open(empty.url), schema: 'shop', migrations }))
  const results = await Promise.all(plans.map(plan => migrate(plan)))
  expect(results.flatMap(({ applied }) => applied)).toEqual(['0001_one', '0002_two'])
})

test('a migration of the app’s own, made with Kysely’s Migrator, may call it', async () => {
  const { plan } = await setup()
  const own = open(plan.database.url ?? '')
  const provider = {
    getMigrations: async () => ({ '1_ours': { up: async () => void (await migrate(plan)) } }),
  }
  expect((await new Migrator({ db: own.kysely, provider }).migrateToLatest()).error).toBeUndefined()
  expect(await migrationStatus(plan)).toMatchObject({ pending: [] })
})

test('five processes that start at once all succeed', async () => {
  const { empty } = await setup()
  const program = `
    import { openDatabase } from './framework/database.ts'
    import { migrate } from './framework/migrator.ts'
    import { sql } from 'kysely'
    const database = openDatabase({ url: process.argv[2], poolSize: 2, applicationName: 'one of five' })
    const up = trx => sql\`create table shop.one (id int)\`.execute(trx)
    console.log((await migrate({ database, schema: 'shop', migrations: { '0001_one': { up } } })).applied.join())`
  const said = await Promise.all(Array.from({ length: 5 }, () => runProgram(program, empty.url)))
  expect(said.join('').trim()).toBe('0001_one')
})
