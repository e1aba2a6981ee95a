import { expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { jsonLines, useProject } from './ks.ts'
import { TASKS } from './tasks.ts'

const database = useDatabase()
const GREET = `
import { task } from '@kretes/background'
import { z } from 'zod'
export default task({ payload: z.object({ name: z.string() }), run() {} })
`
const project = useProject({ ...TASKS, 'tasks/Greet.ts': GREET }, () => ({ DATABASE_URL: database().url }))

const ks = (...args: string[]) => project().ks(['bg', ...args])

async function json(...args: string[]) {
  const { stdout } = await ks(...args, '--json')
  return JSON.parse(stdout)
}

test('queues are paused with a reason, go on, and have a limit', async () => {
  const paused = await ks('queues', 'pause', 'email', 'sms', '--reason', 'the provider is down')
  expect(paused).toMatchObject({ code: 0, stdout: 'paused email\npaused sms\n' })
  const { queues } = await json('queues')
  expect(queues).toMatchObject([
    { name: 'email', paused: { reason: 'the provider is down', by: expect.stringMatching(/.@./) } },
    { name: 'sms' },
  ])
  await ks('schedule', 'SendEmail', '--set', 'to=ann@example.com', '--queue', 'email')
  const stuck = await ks('queues', 'drain', 'email')
  expect(stuck).toMatchObject({ code: 1, stderr: expect.stringContaining('ks bg queues resume email') })
  expect(await ks('queues', 'resume', 'email')).toMatchObject({ stdout: 'email goes on, with 1 due job\n' })
  const late = await ks('queues', 'drain', 'email', '--timeout', '1ms')
  expect(late).toMatchObject({ code: 124, stderr: expect.stringContaining('email still has 1 job') })
  expect(await json('queues', 'limit', 'email', '7')).toMatchObject({
    queues: [{ name: 'email', concurrency: 7 }],
  })
  expect(await ks('queues', 'limit', 'email', '0')).toMatchObject({ code: 2 })
  expect(await ks('queues', 'purge', 'email')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--yes'),
  })
  expect(await ks('queues', 'purge', 'email', '-y')).toMatchObject({ code: 0, stdout: 'deleted 1 job\n' })
  expect(await ks('queues', 'drain', 'email')).toEqual({ code: 0, stdout: 'email is empty\n', stderr: '' })
  const mistyped = await ks('queues', 'drain', 'emial')
  expect(mistyped.stderr).toBe('nothing is known of a queue emial; did you mean email?\n')
})

test('cron entries are added, changed, run, paused, resumed and removed', async () => {
  const daily = ['cron', 'add', 'SendEmail', '0 8 * * *', '--tz', 'Europe/Warsaw']
  expect(await json(...daily, '--set', 'to=ann@example.com')).toMatchObject({
    crons: [{ name: 'SendEmail', payload: { to: 'ann@example.com' }, timeZone: 'Europe/Warsaw' }],
  })
  // a strict schema takes no _cron, and that is better known now than at eight
  const refused = await ks('cron', 'add', 'SendReport', '@daily', '--set', 'userId:=7')
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('_cron') })
  expect(
    await json('cron', 'change', 'SendEmail', '--expression', '0 9 * * *', '--set', 'to=bob@example.com'),
  ).toMatchObject({
    crons: [{ expression: '0 9 * * *', timeZone: 'Europe/Warsaw', payload: { to: 'bob@example.com' } }],
  })
  const keyed = ['--key', 'mail', '--key-mode', 'preserve_run_at', '--missed', 'all', '--cap', '7']
  expect(await json('cron', 'change', 'SendEmail', ...keyed)).toMatchObject({
    crons: [{ key: 'mail', keyMode: 'preserve_run_at', missed: 'all', cap: 7, timeZone: 'Europe/Warsaw' }],
  })
  expect(await ks('cron', 'change', 'SendEmail')).toMatchObject({ code: 2 })
  expect(await ks('cron', 'change', 'SendMail', '--tz', 'UTC')).toMatchObject({ code: 3 })
  const run = await json('cron', 'run', 'SendEmail')
  expect(run).toEqual({ id: expect.stringMatching(/^\d+$/), entry: 'SendEmail', task: 'SendEmail' })
  expect(await json('show', run.id)).toMatchObject({ task: 'SendEmail', payload: { to: 'bob@example.com' } })
  expect(await ks('cron', 'pause', 'SendEmail')).toMatchObject({ stdout: 'paused SendEmail\n' })
  const partly = await ks('cron', 'resume', 'SendEmail', 'SendMail')
  expect(partly).toMatchObject({ code: 5, stdout: expect.stringMatching(/^SendEmail goes on, next at/) })
  expect(partly.stderr).toContain('did you mean SendEmail?')
  expect(await json('cron', 'remove', 'SendEmail')).toEqual({ removed: ['SendEmail'] })
  expect(await ks('cron', 'run', 'SendEmail')).toMatchObject({ code: 3 })
  await ks('cancel', run.id)
})

test('the schema of the task judges a changed payload of a cron entry', async () => {
  await json('cron', 'add', 'Greet', '@daily', '--set', 'name=ann')
  const wrong = await ks('cron', 'change', 'Greet', '{ "name": 7 }')
  expect(wrong).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('does not fit the schema of Greet'),
  })
  expect(await json('cron', 'change', 'Greet', '{ "name": "bob" }')).toMatchObject({
    crons: [{ payload: { name: 'bob' }, expression: '@daily' }],
  })
  await json('cron', 'remove', 'Greet')
})

test('workers are told to be quiet, to work again and to stop', async () => {
  const worker = project().start(['bg', '--log', 'json'])
  await worker.says(/worker:ready/)
  const [{ name, id }] = (await json('workers')).workers
  const told = (event: string) =>
    eventually(() => jsonLines(worker.stdout()).find(line => line.event === event), 20_000)
  expect(await ks('workers', 'quiet', name.slice(0, -1))).toMatchObject({
    code: 0,
    stdout: `told ${name} to take no more jobs\n`,
  })
  expect(await told('worker:quieted')).toMatchObject({ worker: id, by: 'operator' })
  const job = await json('schedule', 'SendEmail', '--set', 'to=ann@example.com')
  expect((await json('workers')).workers).toMatchObject([{ told: 'quiet' }])
  expect(await json('workers', 'resume', id)).toEqual({ workers: [{ id, name }] })
  expect(await told('job:completed')).toMatchObject({ id: job.id })
  expect(await ks('workers', 'stop', '--all', '--wait')).toMatchObject({
    code: 0,
    stdout: `told ${name} to stop\n`,
  })
  expect(await worker.ended()).toMatchObject({ code: 0 })
  expect(jsonLines(worker.stdout()).map(({ event }) => event)).toContain('worker:dismissed')
  const [gone, which] = await Promise.all([ks('workers', 'stop', name), ks('workers', 'stop')])
  expect(gone).toMatchObject({ code: 3, stderr: expect.stringContaining(`there is no worker ${name}`) })
  expect(which).toMatchObject({ code: 2, stderr: expect.stringContaining('--all') })
})

test('prune tells what it dropped', async () => {
  expect(await json('prune')).toEqual({ days: 0, queues: expect.any(Number) })
})

test('who did what is in the log of activities', async () => {
  const actor = expect.stringMatching(/^[^@]+@./)
  const said = await database().query(
    'select actor, action, target, outcome from background.activity order by id',
  )
  expect(said).toEqual(
    expect.arrayContaining([
      { actor, action: 'queue.pause', target: 'email', outcome: 'done' },
      { actor, action: 'queue.resume', target: 'email', outcome: 'done' },
      { actor, action: 'queue.limit', target: 'email', outcome: 'done' },
      { actor, action: 'history.prune', target: null, outcome: 'done' },
    ]),
  )
})
