import { beforeAll, expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { useProject } from './ks.ts'
import { TASKS } from './tasks.ts'

const database = useDatabase()
const project = useProject(TASKS, () => ({ DATABASE_URL: database().url }))
const list = (...args: string[]) => project().ks(['bg', 'list', ...args])

const JOBS = `
insert into background.job (task, queue, tags, run_at, attempt, error, payload)
values ('SendEmail', 'email', '{user:42}', now() - interval '5 minutes', 0, null, '{"to":"ann@example.com"}'),
       ('SendEmail', null, null, now() + interval '2 hours 1 minute', 1, '{"name":"Timeout","message":"gone\\nfor good"}', '{"to":"bob@example.com"}'),
       ('SendReport', null, null, now() + interval '1 day 1 minute', 0, null, '{"userId":7}')`
beforeAll(async () => void (await database().query(JOBS)))

const JSON_JOB = {
  ...{ id: '1', task: 'SendEmail', queue: 'email', state: 'available', priority: 0, attempt: 0 },
  ...{ runAt: expect.stringMatching(/^\d{4}-.*Z$/), createdAt: expect.stringMatching(/^\d{4}-.*Z$/) },
  ...{
    maxAttempts: 25,
    crashes: 0,
    key: null,
    tags: ['user:42'],
    flags: [],
    payload: { to: 'ann@example.com' },
  },
  ...{ worker: null, claimedAt: null, cancelling: false, finishedAt: null, expiresAt: null, ms: null },
  ...{ result: null, error: null },
}

test('a table of what there is, without colours where nobody watches', async () => {
  expect(await list()).toEqual({
    code: 0,
    stderr: '',
    stdout: `id  state      task        queue  attempt  when        error or payload
#3  scheduled  SendReport                  in 1d       {"userId":7}
#2  retryable  SendEmail             1/25  in 2h       Timeout: gone for good
#1  available  SendEmail   email           due 5m ago  {"to":"ann@example.com"}
`,
  })
})

test('colours where they are wanted, and NO_COLOR wins', async () => {
  const forced = { env: { FORCE_COLOR: '1' } }
  expect((await project().ks(['bg', 'ls', 'id:2'], forced)).stdout).toContain('\u001b[33mretryable\u001b[39m')
  const both = { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }
  expect((await project().ks(['bg', 'ls', 'id:2'], both)).stdout).not.toContain('\u001b')
})

test('--json has the same shape for every job', async () => {
  const { stdout } = await list('tag:user:42', '--json')
  expect(JSON.parse(stdout)).toEqual({ jobs: [JSON_JOB], cursor: null })
})

test.each([
  [['task:SendEmail', 'state:retryable'], ['2']],
  [['-queue:*', '-error:timeout'], ['3']],
  [['error:"gone\nfor"'], ['2']],
  [['payload.to:*@example.com', '--limit', '1'], ['2']],
  [['payload.to:*@example.com', '--cursor', '2'], ['1']],
  [['task:Nobody'], []],
])('%j', async (args, ids) => {
  const { code, stdout } = await list(...args, '--json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout).jobs.map((job: { id: string }) => job.id)).toEqual(ids)
})

test('a list that goes on says where', async () => {
  expect(await list('--limit', '2')).toMatchObject({ code: 0, stderr: 'older ones: --cursor 2\n' })
})

test('a mistake in the query is shown where it is', async () => {
  expect(await list('task:A', 'quue:x')).toEqual({
    code: 2,
    stdout: '',
    stderr: `error: a query has no field quue; did you mean queue? (column 8)
  > 1 | task:A quue:x
      |        ^^^^
  hint  it has task, state, queue, key, tag, error, payload.<path>, since, before, id, worker, priority
`,
  })
  expect(await list('--limt', '3')).toMatchObject({ code: 2 })
  expect(await list('--nope')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("unknown option '--nope'"),
  })
})
