import { expect, onTestFinished, test } from 'vitest'
import { useDatabase } from '../../support/database.ts'
import { readPage, tableRows } from '../../support/markdown.ts'

const database = useDatabase()
const page = readPage('docs/guides/sql.md')

test('the table has the parameters of add_job, in their order', async () => {
  const parameters = await database().query(`
    select p.name, format_type(p.type, null) as type
      from pg_proc, unnest(proargnames, proargtypes::oid[]) with ordinality as p (name, type, position)
     where oid = 'background.add_job'::regproc order by p.position`)
  const rows = tableRows(page.text, 'parameter').map(row => row.map(cell => cell.replaceAll('`', '')))
  const short = (type: string) => type.replace('timestamp with time zone', 'timestamptz')
  expect(rows.map(([name, type]) => [name, type])).toEqual(parameters.map(p => [p.name, short(p.type)]))
})

test('the other table has every function that people call, with its parameters', async () => {
  const functions = await database().query(
    `select proname || '(' || array_to_string(proargnames[1:pronargs], ', ') || ')' as call from pg_proc
      where pronamespace = 'background'::regnamespace and prosecdef and prorettype <> 'trigger'::regtype
        and proname not in ('add_job', 'add_jobs', 'enqueue', 'enqueue_keyed', 'enqueue_one', 'prepare_history', 'drop_history')`,
  )
  const told = tableRows(page.text, 'function').flatMap(([calls = '']) => calls.match(/\w+\([^)]*\)/g) ?? [])
  expect(told.sort()).toEqual(functions.map(({ call }) => call).sort())
})

test('the examples do what they say', async () => {
  const role = `shop_web_${database().name}`
  onTestFinished(async () => {
    await database().query(`drop owned by ${role}; drop role ${role}`)
  })
  const blocks = page.blocks.filter(({ language }) => language === 'sql')
  for (const { code } of blocks.slice(0, -1)) await database().query(code.replaceAll('shop_web', role))
  await database().query(`
    insert into users (name) values ('Ann'), ('Bob');
    update users set name = 'Anne' where name = 'Ann';
    insert into user_emails (user_id, email, verified) values (1, 'ann@example.com', false), (2, 'bob@example.com', true);
    insert into reports (title) values ('Sales');
    update reports set title = 'Sales';
    update reports set title = 'All sales'`)
  expect(await jobs()).toEqual(
    [
      ['SendEmail', null, { to: 'ann@example.com' }],
      ['SendReminder', null, {}],
      ['SendEmail', null, { to: 'ann@example.com' }],
      ['SendEmail', null, { to: 'bob@example.com' }],
      ...['INSERT', 'INSERT', 'UPDATE'].map((op, index) => [
        'IndexUser',
        'search index',
        row('users', op, [1, 2, 1][index]),
      ]),
      ['WelcomeUser', null, { id: 1 }],
      ['WelcomeUser', null, { id: 2 }],
      ['VerifyEmail', null, row('user_emails', 'INSERT', 1)],
      ['PrintReport', null, row('reports', 'INSERT', 1)],
      ['PrintReport', null, row('reports', 'UPDATE', 1)],
    ].sort(byText),
  )
  await database().query(blocks.at(-1)?.code as string)
  const counts = await database().query(
    `select task, priority, count(*)::int as count from background.jobs where task ~ '^(Send|Print)' group by 1, 2 order by 1`,
  )
  expect(counts).toEqual([
    { task: 'PrintReport', priority: 0, count: 2 },
    { task: 'SendEmail', priority: -20, count: 3 },
  ])
  expect(await database().query('select name from background.queue where paused_at is not null')).toEqual([])
})

test('the error is what it says', async () => {
  const [, message, hint] = /ERROR: {2}(.*)\nHINT: {2}(.*)/.exec(page.text) as unknown as string[]
  await expect(database().query(`select background.add_job('A', priority => 40000)`)).rejects.toMatchObject({
    ...{ code: 'KB001', message, hint },
  })
})

const row = (table: string, op: string, id: number | undefined) => ({ schema: 'public', table, op, id })

async function jobs(): Promise<unknown[]> {
  const rows = await database().query('select task, queue, payload from background.jobs')
  return rows.map(({ task, queue, payload }) => [task, queue, payload]).sort(byText)
}

function byText(one: unknown, other: unknown): number {
  return JSON.stringify(one).localeCompare(JSON.stringify(other))
}
