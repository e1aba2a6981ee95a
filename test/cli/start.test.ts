import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { jsonLines, type Running, useProject } from './ks.ts'
import { TASKS } from './tasks.ts'

const APP = `
import { Background, background } from '@kretes/background'
import { createApp, GET, POST } from '@kretes/background/framework'
import SendEmail from './tasks/SendEmail'
import { visits } from './server/visits'

export default createApp({
  plugins: [background()],
  routes: [
    GET('/', () => 'hello'),
    GET('/visits', () => visits.count),
    POST('/mail', async () => (await Background.schedule({ task: SendEmail, payload: { to: 'ann' } })).id),
  ],
})
`

const database = useDatabase()
const project = useProject(
  {
    ...TASKS,
    'app.ts': APP,
    'server/visits.ts': 'export const visits = { count: 0 }',
    'tasks/Visit.ts': "import { visits } from '../server/visits'\nexport default () => { visits.count++ }",
  },
  () => ({ DATABASE_URL: database().url }),
)

/** Where the app listens, once it does. */
async function addressOf(app: Running): Promise<string> {
  await app.says(/listening at http/)
  return /listening at (http:\/\/[\w.:]+)/.exec(app.stdout() + app.stderr())?.[1] as string
}

async function ask(url: string, method = 'GET'): Promise<string> {
  return (await fetch(url, { method })).text()
}

test('serves the app of app.ts until it is interrupted', async () => {
  const app = project().start(['start', '--port', '0', '--host', '127.0.0.1'])
  const url = await addressOf(app)
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect(await ask(url)).toBe('hello')
  const id = await ask(`${url}/mail`, 'POST')
  expect(await database().query('select task, state from background.jobs where id = $1', [id])).toEqual([
    { task: 'SendEmail', state: 'available' },
  ])
  app.process.kill('SIGTERM')
  expect((await app.ended()).code).toBe(0)
  await expect(fetch(url)).rejects.toThrow()
})

test('--worker runs jobs in the same process, on the same modules', async () => {
  const app = project().start(['start', 'app.ts', '--port', '0', '--worker'])
  const url = await addressOf(app)
  await app.says(/worker:ready/)
  const id = await ask(`${url}/mail`, 'POST')
  await app.says(new RegExp(`"job:completed","id":"${id}","task":"SendEmail"`))
  await project().ks(['bg', 'schedule', 'Visit'])
  await eventually(async () => (await ask(`${url}/visits`)) === '1')
  app.process.kill('SIGINT')
  const { code, stdout } = await app.ended()
  expect(code).toBe(0)
  expect(jsonLines(stdout).at(-1)).toMatchObject({ event: 'worker:stopped' })
})

test('a port that is taken is said', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  try {
    const { port } = await eventually(() => server.address() as { port: number } | null)
    const { code, stderr } = await project().ks(['start', '--port', String(port), '--host', '127.0.0.1'])
    expect(code).toBe(1)
    expect(stderr).toContain(`error: cannot listen on 127.0.0.1:${port}`)
  } finally {
    server.close()
  }
})

test.each([
  ['nowhere.ts', undefined, 2, 'there is no file nowhere.ts'],
  ['empty.ts', 'export const nothing = 1', 1, 'empty.ts exports no app by default'],
  [
    'broken.ts',
    'export default\n  const x',
    1,
    'broken.ts does not compile\n  broken.ts:2:3: Unexpected "const"\n',
  ],
  [
    'plain.ts',
    "import { createApp } from '@kretes/background/framework'\nexport default createApp()",
    1,
    'the app has no background jobs to run',
  ],
])('%s cannot be started', async (file, text, code, message) => {
  if (text) await project().write(file, text)
  const ended = await project().ks(['start', file, '--port', '0', '--worker'])
  expect(ended).toMatchObject({ code, stdout: '' })
  expect(ended.stderr).toContain(`error: ${message}`)
})

test('without app.ts there is nothing to start', async () => {
  const { code, stderr } = await project().ks(['start'], { cwd: project().path('tasks') })
  expect(code).toBe(2)
  expect(stderr).toMatch(/^error: there is no app here.*\n {2}hint {2}write app\.ts/)
})
