import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { ROLES } from '../../../background/engine/grants.ts'
import { migrateDatabase } from '../../../background/migrate.ts'
import { openDatabase } from '../../../framework/database.ts'
import { useDatabase } from '../../support/database.ts'
import { readPage, tableRows } from '../../support/markdown.ts'

const database = useDatabase()
const page = readPage('docs/guides/roles.md')

beforeAll(async () => {
  const opened = openDatabase({ url: database().url, poolSize: 1, applicationName: 'roles guide' })
  await migrateDatabase(opened, { roles: true }).finally(() => opened.close())
})

test('the table has every role, and no other', () => {
  const names = tableRows(page.text, 'role').map(([name = '']) => name.replaceAll('`', ''))
  expect(names.sort()).toEqual([...ROLES].sort())
})

test('users are made members, and can be dropped once the schema is', async () => {
  const users = page.text.match(/shop_\w+/g) ?? []
  expect(users).toHaveLength(ROLES.length)
  const [members, uninstall] = page.blocks.filter(({ language }) => language === 'sql')
  const ours = (user: string) => `${user}_${database().name}`
  onTestFinished(async () => {
    await database().query(`drop role if exists ${users.map(ours).join()}`)
  })
  await database().query((members?.code ?? '').replace(/shop_\w+/g, ours))
  const mayEnter = `select bool_and(has_schema_privilege(name, 'background', 'usage')) as may from unnest($1::text[]) name`
  expect(await database().query(mayEnter, [users.map(ours)])).toEqual([{ may: true }])
  await database().query(uninstall?.code ?? '')
  await database().query(`drop role ${users.map(ours).join()}`)
})
