import { beforeAll, expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { jsonLines, useProject } from './ks.ts'
import { TASKS } from './tasks.ts'

const TALKS = `
import { task } from '@kretes/background'
export default task({
  backoff: '1h',
  run: async ({ lines }, { log, attempt }) => {
    for (let n = 0; n < lines; n++) log.info('line ' + n)
    log.warn('the provider is slow', { seconds: 3 })
    log.info('bad \\u001b[2J text')
    if (attempt === 1) throw new Error('not yet')
  },
})
`
const database = useDatabase()
const project = useProject({ ...TASKS, 'tasks/Talks.ts': TALKS }, () => ({ DATABASE_URL: database().url }))
const ks = (...args: string[]) => project().ks(['bg', ...args])

beforeAll(async () => {
  await ks('schedule', 'Talks', '--set', 'lines:=150')
  await ks('schedule', 'SendReport', '--set', 'userId:=7')
  await ks('schedule', 'Talks', '--in', '1h')
  await ks('start', '--once')
})

test('logs: what the attempts of a job have logged, and what was too much', async () => {
  const { code, stdout } = await ks('logs', '1')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^attempt 1, from \d{4}-.*\n {2}53 lines before these were not kept\n/)
  expect(stdout).toMatch(
    /\n {2}\d\d:\d\d:\d\d\.\d{3} {2}line 149\n {2}\S+ {2}warn the provider is slow \{"seconds":3\}\n/,
  )
  expect(stdout).toContain('bad \ufffd[2J text')
})

test('logs --json, and show', async () => {
  const { id, state, attempts } = JSON.parse((await ks('logs', '1', '--json')).stdout)
  expect({ id, state }).toEqual({ id: '1', state: 'retryable' })
  expect(attempts).toHaveLength(1)
  expect(attempts[0]).toMatchObject({ attempt: 1, dropped: 53 })
  expect(attempts[0].lines.slice(-3)).toEqual([
    {
      at: expect.stringMatching(/Z$/),
      level: 'warn',
      message: 'the provider is slow',
      fields: { seconds: 3 },
    },
    { at: expect.any(String), level: 'info', message: 'bad \u001b[2J text', fields: null },
    { at: expect.any(String), level: 'error', message: 'Error: not yet', fields: null },
  ])
  expect((await ks('show', '1')).stdout).toMatch(/\n {2}attempt 1, from .*\n[\s\S]*warn the provider is slow/)
})

test('a job that has logged nothing, one that has not run, and one that is not there', async () => {
  expect(await ks('logs', '2')).toMatchObject({
    code: 0,
    stdout: '',
    stderr: 'nothing: its task has logged nothing\n',
  })
  expect(await ks('logs', '3')).toMatchObject({ code: 0, stdout: '', stderr: 'nothing: it has not run\n' })
  expect(await ks('logs', '99')).toMatchObject({ code: 3, stdout: '' })
})

test('what logs nothing costs nothing: nothing is stored', async () => {
  expect(await database().query('select logs from background.finished where id = 2')).toEqual([
    { logs: null },
  ])
})

test('logs --follow shows each attempt when it has ended, and ends with the job', async () => {
  await ks('schedule', 'Talks', '--in', '1h', '--set', 'lines:=1')
  const following = project().start(['bg', 'logs', '4', '--follow', '--json'])
  await following.says(/waits for attempt 1 of 25, scheduled: ks bg why 4/)
  for (const attempt of [1, 2]) {
    await ks('retry', '4')
    await ks('start', '--once')
    await following.says(new RegExp(`"attempt":${attempt}`))
  }
  const { code, stdout } = await following.ended()
  expect(code).toBe(0)
  expect(jsonLines(stdout)).toMatchObject(
    [1, 2].map(attempt => ({
      attempt,
      lines: expect.arrayContaining([expect.objectContaining({ message: 'line 0' })]),
    })),
  )
  const over = await ks('logs', '4', '-f')
  expect(over).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringMatching(/^attempt 1.*\n[\s\S]*\nattempt 2/),
  })
})
