import type { Command } from 'commander'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { Client } from '../../background/client/client.ts'
import { loadTasks } from '../../background/loader/load.ts'
import { createProgram } from '../../cli/program.ts'
import { freshDatabase } from '../support/database.ts'
import { useServedDashboards } from '../support/served-dashboard.ts'
import { hasTerminal, inTerminal } from '../support/terminal.ts'
import { jsonLines, useProject } from './ks.ts'
import { TASKS } from './tasks.ts'
import { TOUR, TOUR_ROWS } from './tour.ts'

const TOKEN = 'let-me-in'
const CHARGE = `
import { secret, task } from '@kretes/background'
import { z } from 'zod'
export default task({ payload: z.object({ user: z.string(), token: secret(z.string()) }), run() {} })
`
/** Where the code and the database are, and where somebody sits who has neither. */
const app = useProject({ ...TASKS, 'tasks/Charge.ts': CHARGE })
const desk = useProject({}, () => ({ KRETES_REMOTE_TOKEN: TOKEN }))
const dashboards = useServedDashboards()

let client: Client
let remote = ''

beforeEach(async () => {
  const database = await freshDatabase()
  const tasks = () => loadTasks({ root: app().root, directory: 'tasks' })
  const known = async () => ({ registry: (await tasks()).registry, files: {} })
  client = new Client({ url: database.url, payloadLimit: 1_048_576, loadTasks: known })
  onTestFinished(async () => {
    await client.close()
    await database.drop()
  })
  await database.query(TOUR_ROWS)
  const authorize = (request: Request) =>
    request.headers.get('authorization') === `Bearer ${TOKEN}` &&
    ({ role: 'write', actor: 'ann@example.com' } as const)
  remote = await dashboards.serve(client, { authorize, cut: '/admin/jobs' })
})

const ks = (args: readonly string[], env: Record<string, string> = {}) => desk().ks(['bg', ...args], { env })
const there = (...args: string[]) => ks([...args, '--remote', remote])
const jsonOf = async (...args: string[]) => jsonLines((await there(...args, '--json')).stdout)[0]

describe('where neither the code nor the database is', () => {
  test('every command that a dashboard can answer answers as if it were there', async () => {
    for (const stop of TOUR.filter(({ args }) => isRemote(args))) {
      const { stdout, stderr, code } = await desk().ks([...stop.args, '--json', '--remote', remote])
      const name = stop.args.join(' ')
      expect([name, jsonLines(stdout)], stderr).toEqual([name, [stop.json]])
      expect([name, code]).toEqual([name, stop.code ?? 0])
    }
  }, 180_000)

  test('people read the same', async () => {
    const { stdout } = await there('show', '1')
    expect(stdout).toMatch(/^#1 SendEmail {2}completed[\s\S]*ran 212ms[\s\S]*attempt 1, from/)
    expect((await there('list')).stdout).toMatch(/id +state +task/)
    const { stderr } = await there('cancel', '--where', 'task:SendEmail')
    expect(stderr).toContain(`this would cancel 5 jobs in ${remote.slice(0, -1)}`)
  }, 60_000)
})

test('a job is scheduled by the schema there, and waited for', async () => {
  const missing = await there('schedule', 'SendReport', '--set', 'pages:=7', '--json')
  expect(missing.code).toBe(2)
  expect(jsonLines(missing.stdout)[0].error).toMatchObject({
    code: 'INVALID_PAYLOAD',
    issues: expect.arrayContaining([{ path: 'userId', message: expect.any(String) }]),
  })
  expect((await there('schedule', 'SendReprot')).stderr).toContain('did you mean SendReport?')
  const options = ['--in', '1h', '--key', 'k', '--key-mode', 'preserve_run_at', '--tag', 'a', '--flag', 'f']
  const plan = {
    task: 'SendReport',
    queue: 'reports',
    in: 3_600_000,
    maxAttempts: 2,
    tags: ['a'],
    flags: ['f'],
  }
  const given = ['schedule', 'SendReport', '--set', 'userId:=7', ...options]
  expect(await jsonOf(...given, '--dry-run')).toMatchObject({ dryRun: true, ...plan, payload: { userId: 7 } })
  const { id, ...scheduled } = await jsonOf(...given)
  expect(scheduled).toMatchObject({ ...plan, key: 'k', keyMode: 'preserve_run_at' })
  expect(await client.jobs.get(id)).toMatchObject({ key: 'k', tags: ['a'], payload: { userId: 7 } })
  expect(await there('wait', id, '--timeout', '100ms')).toMatchObject({ code: 124 })
  expect(await there('why', id)).toMatchObject({ stdout: expect.stringContaining('waits for its time') })
}, 60_000)

test('secrets stay there, also through a change', async () => {
  const payload = { user: 'ann', token: 'hushhush' }
  const { id } = await client.schedule({ task: 'Charge', payload, in: '1h' })
  const { stdout, code } = await there('edit', id, '--set', 'user=bob', '--used', '2', '--json')
  expect([code, JSON.parse(stdout)]).toMatchObject([
    0,
    { payload: { user: 'bob', token: '[secret]' }, attempt: 2 },
  ])
  const copy = await jsonOf('replay', id, '--set', 'user=carl')
  expect(copy.payload).toEqual({ user: 'carl', token: '[secret]' })
  expect((await client.jobs.get(id)).payload).toEqual({ user: 'bob', token: 'hushhush' })
  expect((await client.jobs.get(copy.id)).payload).toEqual({ user: 'carl', token: 'hushhush' })
  expect((await there('list', 'payload.token:hushhush')).stderr).toContain('payload.token is secret')
}, 60_000)

test('many jobs are changed there, and it is known who did it and which were left', async () => {
  const items = Array.from({ length: 1_200 }, () => ({ payload: { to: 'a' }, tags: ['old'] }))
  await client.scheduleMany('SendEmail', items)
  const bulk = await jsonOf('cancel', '--where', 'tag:old', '--reason', 'too late', '--yes')
  expect(bulk).toEqual({
    verb: 'cancel',
    dryRun: false,
    done: 1_200,
    told: 0,
    interrupted: false,
    refused: [],
  })
  const [job] = (await client.jobs.list({ tag: 'old', limit: 1 })).jobs
  expect(job).toMatchObject({ state: 'cancelled', error: { message: 'too late' } })
  const partly = await there('discard', '2', '1', '999', '--json')
  expect(partly.code).toBe(5)
  expect(jsonLines(partly.stdout)[0]).toMatchObject({
    done: 1,
    refused: expect.arrayContaining([
      {
        id: '1',
        code: 'JOB_FINISHED',
        message: expect.any(String),
        hint: expect.stringContaining('ks bg retry 1'),
      },
    ]),
  })
  const { activities } = await client.activities.list({ action: 'bulk.cancel' })
  expect(activities).toMatchObject([{ actor: 'ann@example.com', outcome: 'done', target: 'tag:old' }])
}, 60_000)

test.skipIf(!hasTerminal)(
  'Ctrl-C stops it there, and says how far it came',
  async () => {
    const items = Array.from({ length: 3_000 }, () => ({ payload: { to: 'a' }, tags: ['night'] }))
    await client.scheduleMany('SendEmail', items)
    const env = { KRETES_REMOTE: remote, KRETES_REMOTE_TOKEN: TOKEN }
    const bulk = inTerminal("bg discard --where 'tag:night' --yes --rate 400", { cwd: desk().root, env })
    await bulk.shows(/\[#+-+\] [\d,]+ of 3,000/)
    bulk.type('\u0003')
    await bulk.shows(/interrupted: the rest of 3,000 jobs is as it was/)
    expect(await bulk.ended).toBe(130)
    const { activities } = await client.activities.list({ action: 'bulk.discard' })
    expect(activities).toMatchObject([{ outcome: 'stopped' }])
    const { count } = await client.jobs.count({ tag: 'night', state: 'discarded' })
    expect([count > 0, count < 3_000]).toEqual([true, true])
  },
  60_000,
)

test('what is wrong on the way there is said, with its exit code', async () => {
  const show = ['show', '1', '--remote', remote]
  const refused = await ks(show, { KRETES_REMOTE_TOKEN: 'wrong' })
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('KRETES_REMOTE_TOKEN') })
  const nobody = await ks(['show', '1', '--remote', 'http://127.0.0.1:1'])
  expect(nobody).toMatchObject({ code: 4, stderr: expect.stringContaining('cannot be reached') })
  const other = await ks(['show', '1', '--remote', `${new URL(remote).origin}/x`])
  expect(other.code).toBe(4)
  const mistyped = await ks(['show', '1', '--remote', 'localhost:3000'])
  expect(mistyped).toMatchObject({ code: 2, stderr: expect.stringContaining('is no address') })
  const query = await there('list', 'colour:red')
  expect(query).toMatchObject({ code: 2, stderr: expect.stringContaining('^') })
}, 60_000)

test('the environment says where it is too, and what needs the database itself is refused', async () => {
  const env = { KRETES_REMOTE: remote }
  expect((await ks(['tasks'], env)).stderr).toContain('tasks')
  expect((await ks(['tasks'], env)).stderr).not.toContain('KRETES_REMOTE')
  expect(await ks(['show', '1'], env)).toMatchObject({ code: 0, stdout: expect.stringContaining('#1') })
  for (const command of ['prune', 'migrate', 'doctor', 'check', 'dev', 'bench']) {
    const { code, stderr } = await ks([command], env)
    expect([command, code, stderr]).toEqual([command, 2, expect.stringContaining('KRETES_REMOTE is set')])
    const flagged = await ks([command, '--remote', remote])
    expect(flagged).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`ks bg ${command} is nothing that a dashboard can be asked`),
    })
  }
}, 60_000)

/** Whether these words are of a command that has the flag. */
function isRemote(args: readonly string[]): boolean {
  let command: Command = createProgram()
  for (const arg of args) command = command.commands.find(each => each.name() === arg) ?? command
  return command.options.some(({ long }) => long === '--remote')
}
