import { expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { useProject } from './ks.ts'
import { TASKS } from './tasks.ts'

const database = useDatabase()
const project = useProject(TASKS, () => ({ DATABASE_URL: database().url }))
const key = (id: string, letter: string) => `${id}:${letter.repeat(64)}`
const ks = (keys: string, ...args: string[]) =>
  project().ks(['bg', ...args], { env: { BACKGROUND_ENCRYPTION_KEYS: keys } })

test('payloads of an older key are encrypted again, after a rehearsal, and it is known who did it', async () => {
  const [old, fresh, third] = [key('old', 'a'), key('fresh', 'b'), key('third', 'c')]
  await ks(old, 'schedule', 'SendEmail', '{ "to": "ann@example.com" }')
  await ks(old, 'cron', 'add', 'SendEmail', '@daily', '{ "to": "ann@example.com" }')
  await ks(third, 'schedule', 'SendEmail', '{ "to": "bob@example.com" }')
  const both = `${fresh},${old}`
  const counts = { key: 'fresh', jobs: 1, history: 0, crons: 1, missed: 0 }
  const refused = [
    { id: '2', task: 'SendEmail', code: 'ENCRYPTION_KEY_MISSING', message: expect.any(String) },
  ]
  const tried = await ks(both, 'keys', 'rotate', '--dry-run', '--json')
  expect(JSON.parse(tried.stdout)).toEqual({ ...counts, dryRun: true, refused })
  expect(await ks(both, 'keys', 'rotate')).toMatchObject({
    code: 5,
    stdout: 'encrypted again with fresh: 1 job, 0 in history, 1 cron entry\n',
    stderr: expect.stringMatching(/^2 of SendEmail: .* the key third, which/),
  })
  const done = await ks(`${both},${third}`, 'keys', 'rotate')
  expect(done).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1 job, 0 in history, 0 cron entries'),
  })
  const payloads =
    'select payload::text from background.job union all select payload::text from background.cron'
  for (const { payload } of (await database().query(payloads)) as { payload: string }[])
    expect(payload).toMatch(/"1\.fresh\./)
  expect(
    await database().query('select action, outcome from background.activity order by id desc limit 1'),
  ).toEqual([{ action: 'keys.rotate', outcome: 'done' }])
})
