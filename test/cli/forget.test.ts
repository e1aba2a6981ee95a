import { expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { useProject } from './ks.ts'
import { TASKS } from './tasks.ts'

const database = useDatabase()
const project = useProject(TASKS, () => ({ DATABASE_URL: database().url }))
const ks = (...args: string[]) => project().ks(['bg', ...args])

test('a subject is forgotten, after a rehearsal, and it is known that it was', async () => {
  await ks('schedule', 'SendEmail', '--set', 'to=ann@example.com')
  await ks('schedule', 'SendEmail', '--set', 'to=bob@example.com')
  const query = ['--where', 'payload.to:ann@example.com']
  expect(await ks('forget', ...query, '--dry-run')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^would forget 1 job in /),
  })
  expect(await ks('forget', ...query)).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') })
  expect(await ks('forget', ...query, '--yes')).toMatchObject({ code: 0, stdout: 'forgot 1 job\n' })
  const payloads =
    'select payload::text from background.history union all select payload::text from background.jobs'
  expect(JSON.stringify(await database().query(payloads))).not.toContain('ann@')
  expect(await database().query('select action, target, answer from background.activity')).toEqual([
    { action: 'job.forget', target: null, answer: expect.objectContaining({ done: 1, refused: 0 }) },
  ])
  expect((await ks('list', '--json')).stdout).toContain('bob@example.com')
  expect(await ks('forget', ...query, '--yes')).toMatchObject({
    stderr: expect.stringContaining('no job fits'),
  })
})

test('whoever looked for a subject before is not told of it either', async () => {
  await database().query(
    `insert into background.activity (actor, action, target) values ('ann', 'job.retry', 'payload.to:carl@example.com')`,
  )
  await ks('schedule', 'SendEmail', '--set', 'to=carl@example.com')
  await ks('forget', '--where', 'payload.to:carl@example.com', '--yes')
  expect(JSON.stringify(await database().query('select * from background.activity'))).not.toContain('carl')
})
