import { afterEach, beforeEach, expect, test } from 'vitest'
import { emptyDatabase, type TestDatabase } from '../support/database.ts'
import { useProject } from './ks.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await emptyDatabase()
})
const project = useProject({}, () => ({ DATABASE_URL: database.url }))
afterEach(() => database.drop())

const migrate = (...args: readonly string[]) => project().ks(['bg', 'migrate', ...args])

test('brings the schema up to date once, and says how far it is', async () => {
  expect(await migrate('--status')).toEqual({
    code: 4,
    stdout: '0001_jobs  pending: run ks bg migrate\n',
    stderr: '',
  })
  expect(await database.query("select from pg_namespace where nspname = 'background'")).toEqual([])

  expect(await migrate()).toEqual({ code: 0, stdout: 'applied 0001_jobs\n', stderr: '' })
  expect(await migrate()).toMatchObject({ stdout: 'the schema "background" is up to date (1 migration)\n' })
  expect(await migrate('--status')).toEqual({ code: 0, stdout: '0001_jobs  applied\n', stderr: '' })
})

test('as JSON', async () => {
  const json = async (...args: readonly string[]) => JSON.parse((await migrate('--json', ...args)).stdout)
  const status = { schema: 'background', unknown: [] }
  expect(await json('--status')).toEqual({ ...status, applied: [], pending: ['0001_jobs'] })
  expect(await json()).toEqual({ ...status, applied: ['0001_jobs'], pending: [], migrated: ['0001_jobs'] })
  expect(await json()).toEqual({ ...status, applied: ['0001_jobs'], pending: [], migrated: [] })
})

test('what newer code has applied is named', async () => {
  await migrate()
  await database.query("insert into background.migration (name) values ('9999_future')")
  const { code, stdout } = await migrate('--status')
  expect(code).toBe(0)
  expect(stdout).toBe('0001_jobs    applied\n9999_future  applied by newer code\n')
})
