import { afterEach, beforeEach, expect, test } from 'vitest'
import { emptyDatabase, type TestDatabase } from '../support/database.ts'
import { useProject } from './ks.ts'
import { MIGRATIONS } from './migrations.ts'
import { TASKS } from './tasks.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await emptyDatabase()
})
const project = useProject(TASKS, () => ({ DATABASE_URL: database.url }))
afterEach(() => database.drop())

const migrate = (...args: readonly string[]) => project().ks(['bg', 'migrate', ...args])
const startInProduction = () =>
  project().ks(['bg', 'start', '--once', '--json'], { env: { NODE_ENV: 'production' } })

const lines = (each: (name: string) => string) => MIGRATIONS.map(name => `${each(name)}\n`).join('')
const hasSchema = async () =>
  (await database.query("select from pg_namespace where nspname = 'background'")).length > 0

test('brings the schema up to date once, and says how far it is', async () => {
  const pending = lines(name => `${name}  pending: run ks bg migrate`)
  expect(await migrate('--status')).toEqual({ code: 4, stdout: aligned(pending), stderr: '' })
  expect(await hasSchema()).toBe(false)

  expect(await migrate()).toEqual({ code: 0, stdout: lines(name => `applied ${name}`), stderr: '' })
  const again = await migrate()
  expect(again.stdout).toMatch(/^the schema "background" is up to date \(\d+ migrations?\)\n$/)
  const applied = lines(name => `${name}  applied`)
  expect(await migrate('--status')).toEqual({ code: 0, stdout: aligned(applied), stderr: '' })
})

/** Names of different lengths, what is said of them below each other. */
function aligned(text: string): string {
  const width = Math.max(...MIGRATIONS.map(name => name.length))
  return text.replace(/^\S+/gm, name => name.padEnd(width))
}

test('as JSON', async () => {
  const json = async (...args: readonly string[]) => JSON.parse((await migrate('--json', ...args)).stdout)
  const [none, all] = [
    { schema: 'background', applied: [], pending: MIGRATIONS, unknown: [], breaking: [] },
    { schema: 'background', applied: MIGRATIONS, pending: [], unknown: [], breaking: [] },
  ]
  expect(await json('--status')).toEqual(none)
  expect(await json('--dry-run')).toEqual({ ...none, dryRun: true })
  expect(await json('--sql')).toEqual({
    ...none,
    sql: expect.stringContaining('create table background.job ('),
  })
  expect(await json()).toEqual({ ...all, migrated: MIGRATIONS })
  expect(await json()).toEqual({ ...all, migrated: [] })
  expect(await json('--sql')).toEqual({ ...all, sql: '' })
})

test('--dry-run says what would be applied, and fails where it would', async () => {
  expect(await migrate('--dry-run')).toEqual({
    code: 0,
    stdout: lines(name => `would apply ${name}`),
    stderr: '',
  })
  expect(await hasSchema()).toBe(false)

  await database.query('create schema background')
  await database.query('create table background.job (id int)')
  const failed = await migrate('--dry-run')
  expect(failed).toMatchObject({ code: 1, stdout: '' })
  expect(failed.stderr).toMatch(/migration 0001_jobs failed: relation "job" already exists/)

  await database.query('drop schema background cascade')
  await migrate()
  expect((await migrate('-n')).stdout).toMatch(/^the schema "background" is up to date/)
})

test('--sql prints a script that does the same, and does nothing', async () => {
  const { code, stdout } = await migrate('--sql')
  expect(code).toBe(0)
  expect(await hasSchema()).toBe(false)

  await database.query(stdout)
  expect((await migrate('--status')).code).toBe(0)
  expect(await migrate('--sql')).toEqual({
    code: 0,
    stdout: `-- the schema "background" is up to date (${MIGRATIONS.length} migrations)\n`,
    stderr: '',
  })
})

test('--roles makes roles and grants them what they need', async () => {
  const granted = ['enqueuer', 'operator', 'reader', 'worker', 'owner'].map(
    role => `granted background_${role}\n`,
  )
  const tried = await migrate('--roles', '--dry-run')
  expect(tried.stdout).toContain(granted.join('').replaceAll('granted', 'would grant'))
  expect(await migrate('--roles')).toEqual({
    code: 0,
    stdout: `${lines(name => `applied ${name}`)}${granted.join('')}`,
    stderr: '',
  })
  const [row] = await database.query(`
    select has_table_privilege('background_worker', 'background.job', 'insert') as worker,
           has_table_privilege('background_reader', 'background.job', 'select') as reader`)
  expect(row).toEqual({ worker: true, reader: false })
  expect((await migrate('--roles', '--sql')).stdout).toContain(
    'grant usage on schema background to background_reader',
  )
  expect(JSON.parse((await migrate('--roles', '--json')).stdout)).toMatchObject({
    migrated: [],
    roles: ['enqueuer', 'operator', 'reader', 'worker', 'owner'].map(name => `background_${name}`),
  })
})

test('one thing at a time', async () => {
  for (const flags of [
    ['--status', '--sql'],
    ['--status', '--dry-run'],
    ['--sql', '-n'],
    ['--status', '--roles'],
  ]) {
    const { code, stderr } = await migrate(...flags)
    expect([code, stderr]).toEqual([2, expect.stringMatching(/cannot be used with/)])
  }
  expect(await hasSchema()).toBe(false)
})

test('what newer code has applied is named', async () => {
  await migrate()
  await database.query("insert into background.migration (name) values ('9998_future')")
  expect(await migrate('--status')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^0001_jobs +applied\n[\s\S]*9998_future +applied by newer code\n$/),
  })
  expect(await startInProduction()).toMatchObject({ code: 0 })

  await database.query("insert into background.migration (name, breaking) values ('9999_break', true)")
  expect(await migrate('--status')).toMatchObject({
    code: 4,
    stdout: expect.stringMatching(/9999_break +applied by newer code, which is needed from here on\n$/),
  })
  for (const flag of [[], ['--sql'], ['--dry-run']]) {
    const { code, stderr } = await migrate(...flag)
    expect([code, stderr]).toEqual([
      4,
      expect.stringMatching(/schema "background" is newer than this code: it has 9998_future, 9999_break/),
    ])
  }
})

test('in production a worker refuses a schema that lacks something, and says what to run', async () => {
  const { code, stdout } = await startInProduction()
  expect([code, JSON.parse(stdout)]).toEqual([
    4,
    {
      error: {
        code: 'SCHEMA_BEHIND',
        message: `the database's background schema lacks ${MIGRATIONS.join(', ')}`,
        hint: 'run: npx ks bg migrate',
      },
    },
  ])
  expect(await hasSchema()).toBe(false)
})

test.each(['production', 'development'])('in %s a worker refuses a schema that is too new', async mode => {
  await migrate()
  await database.query("insert into background.migration (name, breaking) values ('9999_break', true)")
  const { code, stdout } = await project().ks(['bg', 'start', '--once', '--json'], {
    env: { NODE_ENV: mode },
  })
  expect(code).toBe(4)
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'SCHEMA_TOO_NEW' } })
  expect(await database.query('select from background.worker')).toEqual([])
})

test('so does whoever schedules', async () => {
  const { code, stdout } = await project().ks(
    ['bg', 'schedule', 'SendEmail', '{ "to": "a@example.com" }', '--json'],
    {
      env: { NODE_ENV: 'production' },
    },
  )
  expect([code, JSON.parse(stdout).error.code]).toEqual([4, 'SCHEMA_BEHIND'])
})

test('twenty that start at once all succeed, and one of them does the work', {
  timeout: 90_000,
}, async () => {
  const ended = await Promise.all(
    Array.from({ length: 20 }, () => project().ks(['bg', 'migrate', '--json'], { apart: true })),
  )
  expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual(Array(20).fill([0, '']))
  const migrated = ended.map(({ stdout }) => JSON.parse(stdout).migrated)
  expect(migrated.filter(names => names.length > 0)).toEqual([MIGRATIONS])
})

test('drop schema background cascade leaves nothing of ours', async () => {
  const before = await catalog()
  await migrate('--roles')
  await database.query("select background.prepare_history('{7}')")
  expect(await catalog()).not.toEqual(before)
  await database.query('drop schema background cascade')
  expect(await catalog()).toEqual(before)
})

/** Everything in the database that has a name or says who may do what. */
async function catalog(): Promise<object[]> {
  return database.query(`
    select 'class' as what, relnamespace::regnamespace::text || '.' || relname as name from pg_class
     where relnamespace <> 'pg_toast'::regnamespace union all
    select 'function', oid::regprocedure::text from pg_proc union all
    select 'type', oid::regtype::text from pg_type where typnamespace <> 'pg_toast'::regnamespace union all
    select 'schema', nspname from pg_namespace union all
    select 'trigger', tgname from pg_trigger union all
    select 'event trigger', evtname from pg_event_trigger union all
    select 'extension', extname from pg_extension union all
    select 'setting', setdatabase::text from pg_db_role_setting union all
    select 'privileges', defaclrole::text from pg_default_acl union all
    select 'large object', oid::text from pg_largeobject_metadata union all
    select 'constraint', conname from pg_constraint union all
    select 'description', description from pg_description order by 1, 2`)
}
