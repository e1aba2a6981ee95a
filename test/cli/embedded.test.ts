import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { afterEach, expect, test } from 'vitest'
import { jsonLines, useProject } from './ks.ts'
import { TASKS } from './tasks.ts'

const RUNNING = '.kretes/postgres/data/postmaster.pid'

// registered before the hook that kills what a failed test left running, so it runs after that
afterEach(async () => {
  const [pid] = (await readFile(project().path(RUNNING), 'utf8').catch(() => '')).split('\n')
  if (pid) process.kill(Number(pid), 'SIGQUIT')
})
const project = useProject(TASKS)

test('without any database there is one, for as long as somebody needs it', { timeout: 90_000 }, async () => {
  const scheduled = await project().ks(['bg', 'schedule', 'SendEmail', '--set', 'to=ann@example.com'])
  expect(scheduled).toEqual({ code: 0, stdout: 'scheduled #1 SendEmail\n', stderr: '' })
  expect(existsSync(project().path('.kretes/postgres/data'))).toBe(true)
  expect(existsSync(project().path(RUNNING))).toBe(false)

  const worker = project().start(['bg'])
  await worker.says(/"job:completed","id":"1"/)
  const waited = await project().ks([
    'bg',
    'schedule',
    'SendEmail',
    '--set',
    'to=bob@example.com',
    '--wait',
    '--json',
  ])
  expect(JSON.parse(waited.stdout)).toMatchObject({
    id: '2',
    state: 'completed',
    result: { sent: 'bob@example.com' },
  })
  worker.process.kill('SIGINT')
  const { code, stdout } = await worker.ended()
  expect(code).toBe(0)
  expect(jsonLines(stdout).at(-1)).toMatchObject({ event: 'worker:stopped' })
  expect(existsSync(project().path(RUNNING))).toBe(false)
})

test('in production a database must be configured', async () => {
  const { code, stderr } = await project().ks(['bg', 'schedule', 'SendEmail'], {
    env: { NODE_ENV: 'production' },
  })
  expect(code).toBe(4)
  expect(stderr).toMatch(/^error: no database is configured.*\n {2}hint {2}set DATABASE_URL=/)
})
