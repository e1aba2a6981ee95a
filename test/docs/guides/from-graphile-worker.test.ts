import { expect, test } from 'vitest'
import { Background } from '../../../background/index.ts'
import { runOptionNames } from '../../../background/run-options.ts'
import { useDatabase } from '../../support/database.ts'
import { readPage, tableRows } from '../../support/markdown.ts'

const database = useDatabase()
const page = readPage('docs/guides/from-graphile-worker.md')
const [wrapper, copy] = page.blocks.map(({ code }) => code) as [string, string]

/** What another job queue leaves behind: the columns that are read. */
const THEIRS = `
create schema graphile_worker;
create table graphile_worker._private_tasks (id int, identifier text);
create table graphile_worker._private_job_queues (id int, queue_name text);
create table graphile_worker._private_jobs (
  id bigint, job_queue_id int, task_id int, payload json, priority smallint, run_at timestamptz, attempts smallint,
  max_attempts smallint, key text, flags jsonb);
insert into graphile_worker._private_tasks values (1, 'send_email'), (2, 'index');
insert into graphile_worker._private_job_queues values (7, 'mail');
insert into graphile_worker._private_jobs values
  (1, 7, 1, '{"to":"ann"}', -5, '2020-01-01Z', 0, 25, 'k', null),
  (2, null, 2, '[1]', 0, '2099-01-01Z', 3, 25, null, '{"a":true,"b":true}'),
  (3, null, 2, '{}', 0, '2020-01-01Z', 25, 25, null, null)`

test('what waits moves over, and old callers can stay', async () => {
  await database().query(THEIRS)
  await database().query(copy)
  await database().query('drop schema graphile_worker cascade')
  await database().query(wrapper)
  await database().query(
    `select graphile_worker.add_job('ping', queue_name := 'q', job_key_mode := 'replace')`,
  )
  const jobs = await database().query(
    'select task, payload, queue, state, max_attempts, key, priority, flags from background.jobs order by id',
  )
  expect(jobs).toEqual([
    {
      ...{ task: 'send_email', payload: { to: 'ann' }, queue: 'mail', state: 'available' },
      ...{ max_attempts: 25, key: 'k', priority: -5, flags: null },
    },
    {
      ...{ task: 'index', payload: [1], queue: null, state: 'scheduled' },
      ...{ max_attempts: 25, key: null, priority: 0, flags: ['a', 'b'] },
    },
    {
      ...{ task: 'ping', payload: {}, queue: 'q', state: 'available' },
      ...{ max_attempts: 25, key: null, priority: 0, flags: null },
    },
  ])
})

test('what it says is here is here', async () => {
  const named = [...page.prose.matchAll(/`background\.(\w+)/g)].map(([, name]) => name)
  const known = await database().query(`
    select proname::text as name from pg_proc where pronamespace = 'background'::regnamespace
    union select relname from pg_class where relnamespace = 'background'::regnamespace`)
  expect(named.length).toBeGreaterThan(10)
  expect(known.map(({ name }) => name)).toEqual(expect.arrayContaining(named))
  for (const [, path = ''] of page.prose.matchAll(/`Background\.([\w.]+)/g)) {
    const found = path
      .split('.')
      .reduce<unknown>((at, name) => (at as Record<string, unknown>)?.[name], Background)
    expect(found, path).toBeTypeOf('function')
  }
})

test('the options have the names they have', () => {
  const rows = tableRows(page.text.slice(page.text.indexOf('## Options')), 'there')
  const first = rows.map(([, here = '']) => /^(`\w+`(, )?)+/.exec(here)?.[0] ?? '')
  const names = first.flatMap(cell => cell.match(/\w+/g) ?? []).filter(name => name !== 'run')
  expect(names.length).toBeGreaterThan(10)
  expect(runOptionNames).toEqual(expect.arrayContaining(names))
})
