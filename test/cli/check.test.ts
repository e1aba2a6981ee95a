import { beforeEach, expect, test } from 'vitest'
import { emptyDatabase, useDatabase } from '../support/database.ts'
import { useProject } from './ks.ts'
import { TASKS } from './tasks.ts'

const database = useDatabase()
const project = useProject(TASKS, () => ({ DATABASE_URL: database().url }))
const check = (...args: string[]) => project().ks(['bg', 'check', ...args])
beforeEach(() => database().query('truncate background.job, background.cron'))

const insert = (...rows: readonly [id: number, task: string, payload: string][]) =>
  Promise.all(
    rows.map(([id, task, payload]) =>
      database().query(
        `insert into background.job (id, task, run_at, payload) values ($1, $2, now() + interval '1 h', $3)`,
        [id, task, payload],
      ),
    ),
  )

const insertCron = (...entry: readonly [name: string, task: string, payload: string, source: string]) =>
  database().query(
    `insert into background.cron (name, task, expression, time_zone, payload, priority, max_attempts, key_mode, missed, cap, source)
     values ($1, $2, '0 2 * * *', 'UTC', $3, 0, 25, 'replace', 'skip', 1, $4)`,
    [...entry],
  )

test('all is well', async () => {
  await insert([1, 'SendReport', '{"userId":7}'], [2, 'SendEmail', '{}'])
  expect(await check()).toEqual({ code: 0, stderr: '', stdout: 'all is well: 3 tasks, 2 waiting jobs\n' })
})

test('jobs that the code at hand could not run, brought together', async () => {
  await insert(
    [1, 'SendReport', '{"userId":"x"}'],
    [2, 'SendReport', '{"userId":"y"}'],
    [3, 'SendMail', '{}'],
  )
  await insertCron('Nightly', 'Gone', '{}', 'dynamic')
  const { code, stdout } = await check()
  expect(code).toBe(1)
  expect(stdout).toContain(
    'jobs wait for a task that does not exist: SendMail; was it renamed to SendEmail?\n  1 job  #3\n',
  )
  expect(stdout).toMatch(
    /the payload does not fit the schema of SendReport: userId: .*\n {2}2 jobs {2}#2 #1\n/,
  )
  expect(stdout).toMatch(/the cron entry Nightly schedules Gone/)
  expect(stdout).toMatch(/3 problems: 3 tasks, 3 waiting jobs\n$/)
  const { problems, checked, more } = JSON.parse((await check('--json')).stdout)
  expect({ checked, more }).toEqual({ checked: 3, more: false })
  expect(problems.map((problem: { kind: string }) => problem.kind)).toEqual([
    'unknown-task',
    'invalid-payload',
    'cron',
  ])
  expect(problems[1]).toEqual({
    ...{ kind: 'invalid-payload', task: 'SendReport', count: 2, jobs: ['2', '1'] },
    ...{ message: expect.any(String), hint: expect.any(String) },
  })
})

test('cron entries that were added at run time are tried too; those of older code are replaced', async () => {
  await insertCron('Weekly', 'SendReport', '{"userId":"x"}', 'dynamic')
  await insertCron('Daily', 'SendEmail', '{"to":"ann@example.com"}', 'dynamic')
  await insertCron('Old', 'Gone', '{}', 'task')
  const { problems } = JSON.parse((await check('--json')).stdout)
  expect(problems).toEqual([
    {
      ...{ kind: 'cron', task: 'SendReport', count: 0, jobs: [] },
      message: expect.stringMatching(/^the cron entry Weekly: the payload does not fit .*userId/),
      hint: expect.stringContaining('ks bg cron change Weekly'),
    },
  ])
})

test('a database that lacks a migration is left as it is', async () => {
  const empty = await emptyDatabase()
  try {
    const env = { DATABASE_URL: empty.url }
    expect(await project().ks(['bg', 'check'], { env })).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/lacks 0001_jobs.*\n {2}hint {2}run: npx ks bg migrate/),
    })
    expect(await empty.query("select from pg_namespace where nspname = 'background'")).toEqual([])
  } finally {
    await empty.drop()
  }
})

test('files that cannot be loaded, and a limit', async () => {
  await project().write('broken/Bad.ts', 'const x = ;')
  expect(await check('--tasks', 'broken')).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/broken\/Bad\.ts:1:\d+/),
  })
  await insert([1, 'SendEmail', '{}'], [2, 'SendEmail', '{}'])
  expect((await check('--limit', '1')).stdout).toBe('all is well: 3 tasks, 1 waiting job, of more\n')
})
