import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { REPOSITORY } from '../support/sources.ts'
import { jsonLines, useProject } from './ks.ts'
import { TASKS } from './tasks.ts'

const database = useDatabase()
const project = useProject(TASKS, () => ({ DATABASE_URL: database().url }))
const ks = (...args: string[]) => project().ks(['bg', ...args])
const jsonOf = async (...args: string[]) => JSON.parse((await ks(...args, '--json')).stdout)

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/)
const ROWS = `
insert into background.job (id, task, queue, key, tags, run_at, attempt, error, payload) values
  (1, 'SendEmail', 'email', null, '{user:42}', now() - interval '5 minutes', 0, null, '{"to":"ann@example.com"}'),
  (2, 'SendEmail', null, null, null, now() + interval '2 hours 1 minute', 1,
   '{"name":"Timeout","message":"gone\\u001b[2J","stack":"Timeout: gone\\n    at send (mail.ts:3:1)"}', '{}');
insert into background.member (queue, priority, run_at, id) select queue, priority, run_at, id from background.job where id = 1;
insert into background.deferred (run_at, id) select run_at, id from background.job where id = 2;
insert into background.queue (name, paused_at, paused_by, paused_reason) values ('email', now() - interval '3 hours', 'ann', 'provider down');
insert into background.finished (id, finished_at, expires_at, created_at, run_at, ms, priority, attempt, max_attempts, state, task, payload, result)
  values (3, now(), now() + interval '7 days', now(), now(), 212, 0, 1, 25, 1, 'SendEmail', '{}', '{"sent":true}'),
         (4, now(), now() + interval '7 days', now(), now(), 3, 0, 25, 25, 3, 'SendEmail', '{}', null);
insert into background.cron (name, task, expression, time_zone, payload, priority, max_attempts, key_mode, missed, cap, source)
  values ('Nightly', 'SendReport', '0 2 * * *', 'Europe/Warsaw', '{}', 0, 25, 'replace', 'skip', 1, 'config');
insert into background.worker (id, lease_until, name, host, pid, version, concurrency, tasks)
  values (11, now() + interval '1 hour', 'web-1', 'h', 9, '0.1.0', 10, '{SendReport}');`
beforeAll(async () => void (await database().query(ROWS)))

test('show: what there is to a job, nothing of it a command to the terminal', async () => {
  const { code, stdout } = await ks('show', '#2')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^#2 SendEmail {2}retryable\n/)
  expect(stdout).toMatch(/ {2}due +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \(in 2h\)\n/)
  expect(stdout).toContain('    Timeout: gone\ufffd[2J\n      at send (mail.ts:3:1)\n  next  ks bg why 2\n')
})

test('show --json: one shape in every state', async () => {
  const jobs = await Promise.all(['1', '2', '3'].map(id => jsonOf('show', id)))
  const [waiting, , completed] = jobs
  expect(new Set(jobs.map(job => Object.keys(job).join()))).toEqual(new Set([Object.keys(waiting).join()]))
  expect(completed).toMatchObject({
    id: '3',
    state: 'completed',
    result: { sent: true },
    ms: 212,
    finishedAt: TIME,
  })
  expect(waiting).toMatchObject({ queue: 'email', tags: ['user:42'], finishedAt: null, error: null })
})

test('why: the reason that holds, then the others', async () => {
  const { stdout } = await ks('why', '1')
  expect(
    stdout.replace(/3h \d+[ms] ago/, '3h ago'),
  ).toBe(`#1 SendEmail waits for a worker with its task: the only worker does not know SendEmail
  next  start a worker from code that has tasks/SendEmail, or: ks bg cancel 1
  also  waits because queue email was paused 3h ago by ann: provider down
        ks bg queues resume email
`)
  expect(await jsonOf('why', '2')).toEqual({
    ...{ id: '2', task: 'SendEmail', state: 'retryable' },
    reasons: [
      {
        code: 'due-later',
        text: expect.stringMatching(/^waits for attempt 2 of 25, due in 2h, after Timeout: gone/),
        next: expect.any(String),
        at: TIME,
        jobs: [],
      },
      { code: 'unknown-task', text: expect.any(String), next: expect.any(String), at: null, jobs: [] },
    ],
  })
})

test('why --help names every reason there is', async () => {
  const source = readFileSync(join(REPOSITORY, 'background/why.ts'), 'utf8')
  const codes = [...source.matchAll(/^ {4}\| '([a-z-]+)'$/gm)].map(([, code]) => code)
  expect(codes.length).toBeGreaterThan(10)
  const { stdout } = await ks('why', '--help')
  const [, told = ''] = /Codes: ([^.]+)\./.exec(stdout) ?? []
  expect(told.split(/,\s+/)).toEqual(codes)
})

test('wait: tells each end, and its exit code is the worst of them', async () => {
  expect(await ks('wait', '3')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^#3 completed in 212ms/),
  })
  const both = await ks('wait', '3', '4', '--json')
  expect(both.code).toBe(1)
  expect(jsonLines(both.stdout).sort((a, b) => a.id - b.id)).toMatchObject([
    { id: '3', state: 'completed', result: { sent: true }, error: null },
    { id: '4', state: 'discarded', attempt: 25, result: null },
  ])
  expect(await ks('wait', '2', '--timeout', '50ms')).toMatchObject({ code: 124 })
})

test.each(['show', 'why', 'wait'])('%s: an id that never was, and what is no id', async command => {
  expect(await ks(command, '999')).toMatchObject({
    code: 3,
    stdout: '',
    stderr: expect.stringMatching(/there is no job 999/),
  })
  expect(await ks(command, '12x')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/"12x" is not the id of a job/),
  })
})

test('queues, workers, cron: as tables and as objects', async () => {
  expect((await ks('queues')).stdout).toMatch(
    /^queue +available +running +wait +paused\nemail +1 +0\/1 +5m \d+s +3h ago by ann: provider down\n$/,
  )
  expect(await jsonOf('queues')).toEqual({
    queues: [
      {
        ...{ name: 'email', concurrency: 1, available: 1, running: 0, waited: expect.any(Number) },
        paused: { at: TIME, by: 'ann', reason: 'provider down' },
      },
    ],
  })
  expect((await ks('workers', 'ls')).stdout).toContain('web-1')
  expect(await jsonOf('workers')).toEqual({
    workers: [
      {
        ...{
          id: '11',
          name: 'web-1',
          host: 'h',
          pid: 9,
          version: '0.1.0',
          concurrency: 10,
          tasks: ['SendReport'],
        },
        ...{
          startedAt: TIME,
          leaseUntil: TIME,
          alive: true,
          claimed: 0,
          told: 'work',
          memory: null,
          delay: null,
        },
      },
    ],
  })
  expect((await ks('cron')).stdout).toMatch(
    /^name .*\nNightly {2}SendReport {2}0 2 \* \* \* +Europe\/Warsaw +\d{4}-/,
  )
  const [cron] = (await jsonOf('cron', 'ls')).crons
  expect(cron).toMatchObject({
    name: 'Nightly',
    payload: {},
    next: TIME,
    pausedAt: null,
    lastTick: null,
    queue: null,
  })
})

test('cron next: of an entry, and of an expression', async () => {
  expect((await jsonOf('cron', 'next', 'Nightly', '-n', '2')).next).toHaveLength(2)
  const { next, timeZone } = await jsonOf('cron', 'next', '0 8 * * MON', '--tz', 'Europe/Warsaw')
  expect({ count: next.length, timeZone }).toEqual({ count: 5, timeZone: 'Europe/Warsaw' })
  expect((await jsonOf('cron', 'next', '@daily', '-n', '1')).next).toEqual([
    expect.stringMatching(/T00:00:00/),
  ])
  expect(await ks('cron', 'next', 'Nightl')).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/did you mean Nightly\?/),
  })
  expect(await ks('cron', 'next', '0 99 * * *')).toMatchObject({ code: 2 })
})

test('tasks: from the files, with what they take', async () => {
  const { tasks, problems } = await jsonOf('tasks')
  expect(problems).toEqual([])
  expect(tasks.map((task: { name: string }) => task.name)).toEqual(['SendEmail', 'SendReport', 'Wait'])
  const report = await jsonOf('tasks', 'show', 'SendReport')
  expect(report).toMatchObject({
    ...{ name: 'SendReport', file: 'tasks/SendReport.ts', queue: 'reports', maxAttempts: 2, hasSchema: true },
    payload: { type: 'object', required: ['userId'] },
  })
  expect((await ks('tasks', 'show', 'SendEmail')).stdout).toContain('no: it has no schema')
  expect(await ks('tasks', 'show', 'SendMail')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/did you mean SendEmail\?/),
  })
  await project().write('broken/Bad.ts', 'const x = ;')
  expect(await ks('tasks', '--tasks', 'broken')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/broken\/Bad\.ts:1/),
  })
})

test('a group says which commands it has', async () => {
  expect(await ks('queues', 'lst')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/no command ks bg queues lst; did you mean ls\?/),
  })
})

test('what the schema of a task calls secret is not shown, and an edit leaves it as it is', async () => {
  const task = `import { secret, task } from '@kretes/background'
import { z } from 'zod'
export default task({ payload: z.object({ to: z.string(), token: secret(z.string()) }), run: () => {} })`
  await project().write('tasks/Greet.ts', task)
  await database().query(`select setval('background.job_id_seq', 100)`)
  const payload = '{"to":"ann","token":"hush-hush"}'
  const id = JSON.parse((await ks('schedule', 'Greet', payload, '--in', '1h', '--json')).stdout).id
  const args = [
    ['show', id],
    ['show', id, '--json'],
    ['list', 'task:Greet'],
    ['list', 'task:Greet', '--json'],
    ['edit', id, '--set', 'to=bob', '--json'],
    ['cancel', id, '--dry-run'],
  ]
  for (const words of args) {
    const { code, stdout, stderr } = await ks(...words)
    expect([words, code]).toEqual([words, 0])
    expect([words, stdout + stderr]).toEqual([words, expect.not.stringContaining('hush')])
    expect([words, stdout]).toEqual([words, expect.stringContaining('[secret]')])
  }
  const [job] = await database().query('select payload from background.job where id = $1', [id])
  expect(job).toEqual({ payload: { to: 'bob', token: 'hush-hush' } })
  await project().ks(['bg', 'delete', id, '--yes'])
})
