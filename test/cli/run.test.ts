import { spawn } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { useProject } from './ks.ts'
import { TASKS } from './tasks.ts'

const CHAIN = `
export default async ({ fail }, { schedule, query, log }) => {
  log.info('began')
  await query('create table if not exists touched (n int)')
  await schedule({ task: 'SendEmail', payload: { to: 'bob@example.com' } })
  if (fail) throw new RangeError('no luck')
  return { scheduled: 1 }
}
`
const database = useDatabase()
const project = useProject({ ...TASKS, 'tasks/Chain.ts': CHAIN }, () => ({ DATABASE_URL: database().url }))

const ks = (...args: string[]) => project().ks(['bg', ...args])

async function json(...args: string[]) {
  return JSON.parse((await ks(...args, '--json')).stdout)
}

const jobs = async () => (await json('list')).jobs.length

test('a task runs in this process, and what it does in a rollback is undone', async () => {
  expect(await json('run', 'Chain', '--rollback')).toEqual({
    task: 'Chain',
    outcome: 'completed',
    ms: expect.any(Number),
    result: { scheduled: 1 },
    reason: null,
    error: null,
    rolledBack: true,
  })
  expect(await jobs()).toBe(0)
  const failed = await ks('run', 'Chain', '--set', 'fail:=true')
  expect(failed.code).toBe(1)
  expect(failed.stdout).toMatch(
    /^failed in .*\n {2}RangeError: no luck\n.*Chain\.ts:6.*> 6 \| {3}if \(fail\)/s,
  )
  expect(failed.stderr).toContain('began')
  expect(await jobs()).toBe(1)
  expect(await ks('run', 'Chian')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean Chain?'),
  })
  const refused = await ks('run', 'SendReport', '--set', 'userId=x')
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('userId') })
})

test('Ctrl-C ends the wait for a debugger', async () => {
  const run = project().start(['bg', 'run', 'Chain', '--inspect'])
  await run.says(/waiting for a debugger at ws:/)
  run.process.kill('SIGINT')
  await run.ended()
  expect(run.process.signalCode).toBe('SIGINT')
  expect(run.stderr()).not.toContain('began')
})

test('a debugger that comes lets the task begin', async () => {
  const run = project().start(['bg', 'run', 'SendEmail', '--set', 'to=ann@example.com', '--inspect'])
  await run.says(/waiting for a debugger at ws:\/\/\S+: open chrome:\/\/inspect/)
  expect(run.stderr()).not.toContain('sending to')
  const [, address = ''] = /ws:\/\/([\d.:]+)\//.exec(run.stderr()) ?? []
  const node = spawn(process.execPath, ['inspect', address], { stdio: ['pipe', 'ignore', 'ignore'] })
  onTestFinished(() => void node.kill('SIGKILL'))
  await run.says(/completed in .*\n {2}result {2}\{"sent":"ann@example\.com"\}/)
  node.kill('SIGKILL')
  expect((await run.ended()).code).toBe(0)
})

test('a job that waits is edited; others say why not', async () => {
  const { id } = await json('schedule', 'SendReport', '--set', 'userId:=7', '--in', '1h')
  const edited = await json('edit', id, '--set', 'userId:=8', '--priority=-5', '--no-queue', '--in', '2h')
  expect(edited).toMatchObject({ payload: { userId: 8 }, priority: -5, queue: null, state: 'scheduled' })
  expect(await json('edit', id, '--used', '1')).toMatchObject({ attempt: 1, state: 'retryable' })
  expect(await json('edit', id, '--used', '0')).toMatchObject({ attempt: 0, state: 'scheduled' })
  const refused = await ks('edit', id, '--set', 'userId=eight')
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('userId') })
  expect(await ks('edit', id)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('nothing is to be changed'),
  })
  await ks('cancel', id)
  const late = await ks('edit', id, '--in', '1m')
  expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining(`it is cancelled`) })
  expect(late.stderr).toContain(`ks bg replay ${id}`)
  expect((await json('show', id)).payload).toMatchObject({ userId: 8 })
  expect(await ks('edit', '999999', '--in', '1m')).toMatchObject({ code: 3 })
})

test('a job that runs is left alone', async () => {
  const worker = project().start(['bg', '--log', 'json'])
  await worker.says(/worker:ready/)
  const { id } = await json('schedule', 'Wait')
  await eventually(async () => (await json('show', id)).state === 'running', 20_000)
  const edited = await ks('edit', id, '--in', '1m')
  expect(edited).toMatchObject({ code: 1, stderr: expect.stringContaining(`job ${id} is running`) })
  expect(edited.stderr).toContain(`ks bg cancel ${id}`)
  expect(await ks('cancel', id)).toMatchObject({ code: 0, stdout: 'told 1 job that runs to stop\n' })
  worker.process.kill('SIGTERM')
  await worker.ended()
})

test('a job is replayed as a copy, or here', async () => {
  const { id } = await json(
    'schedule',
    'SendEmail',
    '--set',
    'to=ann@example.com',
    '--in',
    '1h',
    '--flag',
    'mail',
  )
  const copy = await json('replay', id, '--set', 'to=bob@example.com')
  expect(copy).toMatchObject({ of: id, task: 'SendEmail', payload: { to: 'bob@example.com' } })
  expect(copy.id).not.toBe(id)
  expect(await json('show', copy.id)).toMatchObject({ flags: ['mail'], key: null })
  expect(await json('replay', id, '--here')).toMatchObject({
    outcome: 'completed',
    result: { sent: 'ann@example.com' },
  })
  expect(await ks('replay', id, '--rollback')).toMatchObject({ code: 2 })
})
