import { type Kysely, sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../framework/database.ts'
import type { MigrationPlan } from '../../framework/migration-plan.ts'
import { migrationScript } from '../../framework/migration-script.ts'
import { migrate, migrationStatus } from '../../framework/migrator.ts'
import { emptyDatabase, type TestDatabase } from '../support/database.ts'

const run = (statement: string) => async (db: Kysely<unknown>) => void (await sql.raw(statement).execute(db))
const migrations = {
  '0001_one': { up: run("create table shop.one (id int);\ncomment on table shop.one is 'it''s $1';\n") },
  '0002_two': { up: run('create table shop.two (id int)'), breaking: true },
}

async function setup(): Promise<{ empty: TestDatabase; plan: MigrationPlan }> {
  const empty = await emptyDatabase()
  onTestFinished(() => empty.drop())
  const database = openDatabase({ url: empty.url, poolSize: 1, applicationName: 'script test' })
  onTestFinished(() => database.close())
  return { empty, plan: { database, schema: 'shop', migrations } }
}

test('the script is what would be sent, statement by statement, in one transaction', async () => {
  const { empty, plan } = await setup()
  const script = await migrationScript(plan)
  expect(script).toMatch(/^begin;\n\nselect pg_advisory_xact_lock\(.*\);\n\ndo \$\$ begin\n/)
  expect(script).toContain(`
-- 0001_one

create table shop.one (id int);
comment on table shop.one is 'it''s $1';

insert into "shop"."migration" (name, breaking) values ('0001_one', false);

-- 0002_two

create table shop.two (id int);

insert into "shop"."migration" (name, breaking) values ('0002_two', true);

commit;`)
  expect(await empty.query("select from pg_namespace where nspname = 'shop'")).toEqual([])
})

test('whoever runs it has done what the migrator does', async () => {
  const { empty, plan } = await setup()
  const script = await migrationScript(plan)
  await empty.query(script)
  expect(await migrationStatus(plan)).toMatchObject({ applied: ['0001_one', '0002_two'], pending: [] })
  expect(await migrate(plan)).toEqual({ applied: [] })
  expect(await empty.query('select breaking from shop.migration order by name')).toEqual([
    { breaking: false },
    { breaking: true },
  ])
  await expect(empty.query(script)).rejects.toThrow('relation "one" already exists')
})

test('it has what is pending and nothing else', async () => {
  const { plan } = await setup()
  await migrate({ ...plan, migrations: { '0001_one': migrations['0001_one'] } })
  const script = await migrationScript(plan)
  expect(script).toContain('create table shop.two')
  expect(script).not.toContain('create table shop.one')
  await migrate(plan)
  expect(await migrationScript(plan)).toBe('')
})

test('a migration with parameters cannot be printed, and says so', async () => {
  const { plan } = await setup()
  const withParameter = { up: async (db: Kysely<unknown>) => void (await sql`select ${1}`.execute(db)) }
  await expect(migrationScript({ ...plan, migrations: { '0001_one': withParameter } })).rejects.toMatchObject(
    {
      message: 'the migration 0001_one failed: a statement of a migration has parameters: select $1',
    },
  )
})
