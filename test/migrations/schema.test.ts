import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { dumpSchema } from '../support/schema-dump.ts'
import { REPOSITORY } from '../support/sources.ts'

const FILE = join(REPOSITORY, 'migrations/schema.sql')
const MESSAGE =
  'the migrations make another schema than migrations/schema.sql says; if that is right: npm run schema'
/** Each version of PostgreSQL writes the same query in its own way. */
const WRITTEN_BY = 18

const database = useDatabase()

async function majorVersion(): Promise<number> {
  const [row] = await database().query("select current_setting('server_version_num')::int / 10000 as major")
  return row?.major
}

function withoutQueries(schema: string): string {
  return schema.replace(/^ (SELECT|WITH) [\s\S]*?;$/gm, '')
}

test('migrations/schema.sql is what the migrations make', async () => {
  const dump = await dumpSchema(database())
  if ((await majorVersion()) === WRITTEN_BY) return expect(dump, MESSAGE).toMatchFileSnapshot(FILE)
  expect(withoutQueries(dump), MESSAGE).toBe(withoutQueries(await readFile(FILE, 'utf8')))
})

test('whatever can be in a schema is in its dump, or it is refused', async () => {
  const { query } = database()
  const before = await dumpSchema(database())
  const strange = [
    ['create materialized view background.strange as select 1 as one', 'materialized view'],
    ['create sequence background.strange', 'sequence'],
    ['create domain background.strange as text', 'domain'],
    ['create rule strange as on insert to background.lane do instead nothing', 'rule on background.lane'],
  ] as const
  for (const [create, what] of strange) {
    await query(create)
    await expect(dumpSchema(database())).rejects.toThrow('strange')
    await query(
      `drop ${what.replace('rule on', 'rule strange on')}${what.startsWith('rule') ? '' : ' background.strange'}`,
    )
  }
  expect(await dumpSchema(database())).toBe(before)
})

test.each([
  [
    'a column',
    'alter table background.job add column more text',
    'alter table background.job drop column more',
  ],
  [
    'a default',
    'alter table background.job alter priority set default 1',
    'alter table background.job alter priority set default 0',
  ],
  ['an index', 'create index more on background.job (key)', 'drop index background.more'],
  [
    'a check',
    'alter table background.job add constraint more check (id > 0)',
    'alter table background.job drop constraint more',
  ],
  ['a right', 'grant select on background.job to public', 'revoke select on background.job from public'],
  [
    'a comment',
    "comment on column background.job.id is 'more'",
    'comment on column background.job.id is null',
  ],
  ['a type', "create type background.more as enum ('one')", 'drop type background.more'],
  [
    'a setting',
    'alter table background.job set (fillfactor = 80)',
    'alter table background.job reset (fillfactor)',
  ],
  [
    'a function',
    "create function background.more() returns int language sql as 'select 1'",
    'drop function background.more()',
  ],
])('the dump shows %s', async (_, change, undo) => {
  const { query } = database()
  const before = await dumpSchema(database())
  await query(change)
  expect(await dumpSchema(database())).not.toBe(before)
  await query(undo)
  expect(await dumpSchema(database())).toBe(before)
})
