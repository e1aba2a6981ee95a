import { afterEach, beforeEach, expect, test } from 'vitest'
import { emptyDatabase, type TestDatabase } from '../support/database.ts'
import { useProject } from './ks.ts'
import { MIGRATIONS } from './migrations.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await emptyDatabase()
})
const project = useProject({}, () => ({ DATABASE_URL: database.url }))
afterEach(() => database.drop())

const migrate = (...args: readonly string[]) => project().ks(['bg', 'migrate', ...args])

const lines = (each: (name: string) => string) => MIGRATIONS.map(name => `${each(name)}\n`).join('')

test('brings the schema up to date once, and says how far it is', async () => {
  const pending = lines(name => `${name}  pending: run ks bg migrate`)
  expect(await migrate('--status')).toEqual({ code: 4, stdout: pending, stderr: '' })
  expect(await database.query("select from pg_namespace where nspname = 'background'")).toEqual([])

  expect(await migrate()).toEqual({ code: 0, stdout: lines(name => `applied ${name}`), stderr: '' })
  const again = await migrate()
  expect(again.stdout).toMatch(/^the schema "background" is up to date \(\d+ migrations?\)\n$/)
  expect(await migrate('--status')).toEqual({
    code: 0,
    stdout: lines(name => `${name}  applied`),
    stderr: '',
  })
})

test('as JSON', async () => {
  const json = async (...args: readonly string[]) => JSON.parse((await migrate('--json', ...args)).stdout)
  const status = { schema: 'background', unknown: [] }
  expect(await json('--status')).toEqual({ ...status, applied: [], pending: MIGRATIONS })
  expect(await json()).toEqual({ ...status, applied: MIGRATIONS, pending: [], migrated: MIGRATIONS })
  expect(await json()).toEqual({ ...status, applied: MIGRATIONS, pending: [], migrated: [] })
})

test('what newer code has applied is named', async () => {
  await migrate()
  await database.query("insert into background.migration (name) values ('9999_future')")
  const { code, stdout } = await migrate('--status')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^0001_jobs +applied\n[\s\S]*9999_future +applied by newer code\n$/)
})
