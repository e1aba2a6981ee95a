import { rm, writeFile } from 'node:fs/promises'
import { beforeEach, expect, test } from 'vitest'
import { Client, type JobOptions } from '../../background/operator.ts'
import { freshDatabase, useDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { jsonLines, type Running, useProject } from './ks.ts'
import { MIGRATIONS } from './migrations.ts'
import { TASKS } from './tasks.ts'

const database = useDatabase()
const project = useProject(TASKS, () => ({ DATABASE_URL: database().url }))

beforeEach(async () => {
  await rm(project().path('go'), { force: true })
  await database().query('truncate background.job, background.ready, background.member, background.deferred')
})

async function schedule(task: string, payload: object = {}, options: JobOptions = {}): Promise<string> {
  const client = new Client({ url: database().url, payloadLimit: 1_000 })
  try {
    return (await client.schedule({ task, payload, ...options })).id
  } finally {
    await client.close()
  }
}

/** One that succeeds, one that will be tried again, one that is discarded. */
async function scheduleThree(): Promise<string[]> {
  return [
    await schedule('SendEmail', { to: 'ann@example.com' }),
    await schedule('SendReport', { userId: -7 }, { queue: 'reports', maxAttempts: 2 }),
    await schedule('SendReport', { userId: -8 }, { queue: 'reports', maxAttempts: 1 }),
  ]
}

async function history(id: string | undefined) {
  return (await database().query('select state, attempt from background.history where id = $1', [id]))[0]
}

async function waiting() {
  return database().query('select task, state, attempt from background.jobs order by id')
}

const events = (worker: Running) => jsonLines(worker.stdout()).map(({ event }) => event)

test('--once runs what can run and ends', async () => {
  const [done, failed, discarded] = await scheduleThree()
  await schedule('SendEmail', {}, { in: '1h' })
  const { code, stdout, stderr } = await project().ks(['bg', 'start', '--once'])
  expect(code).toBe(0)
  expect(await history(done)).toEqual({ state: 'completed', attempt: 1 })
  expect(await history(discarded)).toEqual({ state: 'discarded', attempt: 1 })
  expect(await waiting()).toEqual([
    { task: 'SendReport', state: 'retryable', attempt: 1 },
    { task: 'SendEmail', state: 'scheduled', attempt: 0 },
  ])

  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  const number = expect.any(Number)
  const lines = jsonLines(stdout)
  expect(lines[0]).toEqual({
    ...{ time, event: 'worker:ready', version: expect.any(String), node: process.versions.node },
    ...{ postgres: expect.stringMatching(/^\d+/), database: expect.stringContaining(database().name) },
    ...{ schema: { applied: MIGRATIONS, migrated: [] }, tasks: ['SendEmail', 'SendReport', 'Wait'] },
    ...{ directory: 'tasks', cron: {}, queues: { reports: 1 }, concurrency: 10, ms: number },
  })
  const about = { time, waited: number, ms: number, attempt: 1 }
  expect(lines).toContainEqual({
    ...{ ...about, event: 'job:completed', id: done, task: 'SendEmail', queue: null, maxAttempts: 25 },
  })
  expect(lines).toContainEqual({
    ...{ ...about, event: 'job:failed', id: failed, task: 'SendReport', queue: 'reports', maxAttempts: 2 },
    ...{ again: 3_600_000, error: { name: 'RangeError', message: 'no user -7', stack: expect.any(String) } },
  })
  expect(lines.slice(-2)).toEqual([
    { time, event: 'worker:stopping', running: [], grace: 30_000 },
    { time, event: 'worker:stopped' },
  ])
  expect(jsonLines(stderr)).toContainEqual(
    expect.objectContaining({
      level: 'info',
      task: 'SendEmail',
      job: done,
      msg: 'sending to ann@example.com',
    }),
  )
})

test('for people there is a banner, and a line for each job as wide as the terminal', async () => {
  await scheduleThree()
  const { code, stdout, stderr } = await project().ks(['bg', '--once', '--log', 'pretty'])
  expect(code).toBe(0)
  expect(stderr).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}SendEmail {3}#\d+ +sending to ann@example\.com$/m)
  expect(stdout).toMatch(
    /^ {2}Kretes background \d\S+ {3}node \S+ {3}postgres \S+ \S+\/test_\w+ {3}schema \d+ ok\n/,
  )
  expect(stdout).toMatch(
    /^ {2}tasks {5}SendEmail {2}SendReport {2}Wait {3}\(3 from tasks\/\)\n {2}queues {4}reports x1 {2}any other x1\n/m,
  )
  expect(stdout).toMatch(/^ {2}ready in \S+, 10 jobs at once\. Ctrl-C/m)
  const [done, failed, discarded] = ['done', 'failed 1/2, again in 1h', 'discarded 1/1'].map(end =>
    stdout.split('\n').find(line => line.endsWith(end)),
  )
  expect(done).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}SendEmail {3}#\d+ +waited \S+ {2}\.+ +\S+ {2}done$/)
  expect(failed).toMatch(/ {2}SendReport {2}#\d+ +reports {2}/)
  expect([done, failed, discarded].map(line => line?.length)).toEqual([100, 100, 100])
  expect(stdout).toContain(
    `${failed}\n              RangeError: no user -7\n                at render (server/report.ts:3:`,
  )
  expect(stdout).toMatch(/\n {2}stopped: 1 done, 1 failed, 1 discarded\n$/)
})

test('colours go to who wants them', async () => {
  const [plain, colored] = await Promise.all(
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, { FORCE_COLOR: '1' }].map(env =>
      project().ks(['bg', '--once', '--log', 'pretty'], { env }),
    ),
  )
  expect(plain?.stdout).not.toContain('\u001b')
  expect(colored?.stdout).toContain('\u001b[32mready\u001b[39m')
})

test('what is told depends on the level of the log', async () => {
  await scheduleThree()
  const { stdout, stderr } = await project().ks(['bg', '--once'], { env: { LOG_LEVEL: 'warn' } })
  expect(jsonLines(stdout).map(({ event }) => event)).toEqual(['job:failed', 'job:discarded'])
  expect(stderr).toBe('')
  const silent = await project().ks(['bg', '--once'], { env: { LOG_LEVEL: 'silent' } })
  expect(silent).toEqual({ code: 0, stdout: '', stderr: '' })
})

test('ks background is ks bg, and both start a worker', async () => {
  const { code, stdout } = await project().ks(['background', '--once'])
  expect(code).toBe(0)
  expect(stdout).toContain('worker:ready')
})

test('flags win over the configuration', async () => {
  await project().write('jobs/Only.ts', 'export default async () => {}')
  const args = ['bg', '--once', '-c', '3', '--tasks', 'jobs', '--grace', '5s', '--json']
  const [ready, stopping] = jsonLines((await project().ks(args)).stdout)
  expect(ready).toMatchObject({ concurrency: 3, tasks: ['Only'], directory: 'jobs' })
  expect(stopping).toMatchObject({ grace: 5_000 })
})

async function startWaiting(): Promise<{ readonly id: string; readonly worker: Running }> {
  const id = await schedule('Wait')
  const worker = project().start(['bg'])
  await eventually(async () => (await waiting())[0]?.state === 'running', 20_000)
  return { id, worker }
}

test('the first signal lets running jobs finish', async () => {
  const { id, worker } = await startWaiting()
  worker.process.kill('SIGTERM')
  await worker.says(new RegExp(`"worker:stopping","running":\\["${id}"\\]`))
  await schedule('SendEmail')
  await writeFile(project().path('go'), '')
  const { code, stdout } = await worker.ended()
  expect(code).toBe(0)
  expect(await history(id)).toEqual({ state: 'completed', attempt: 1 })
  expect(await waiting()).toEqual([{ task: 'SendEmail', state: 'available', attempt: 0 }])
  expect(stdout).toContain(`"job:completed","id":"${id}"`)
  expect(events(worker).at(-1)).toBe('worker:stopped')
})

test('a second signal gives running jobs back, and an echo of the first is none', async () => {
  const { id, worker } = await startWaiting()
  const hurry = async () => {
    worker.process.kill('SIGINT')
    return events(worker).includes('worker:hurrying')
  }
  const since = performance.now()
  await eventually(hurry)
  expect(performance.now() - since).toBeGreaterThan(250)
  const { code } = await worker.ended()
  expect(code).toBe(130)
  expect(events(worker).slice(-3)).toEqual(['worker:hurrying', 'job:released', 'worker:stopped'])
  expect(await waiting()).toEqual([{ task: 'Wait', state: 'available', attempt: 0 }])
  expect(await history(id)).toBeUndefined()
})

test('the grace time is not exceeded', async () => {
  await schedule('Wait')
  const worker = project().start(['bg', '--grace', '50ms'])
  await eventually(async () => (await waiting())[0]?.state === 'running', 20_000)
  worker.process.kill('SIGTERM')
  expect((await worker.ended()).code).toBe(0)
  expect(await waiting()).toEqual([{ task: 'Wait', state: 'available', attempt: 0 }])
})

test('what is wrong with task files is told, and costs the others nothing', async () => {
  await project().write('mixed/Good.ts', 'export default async () => {}')
  await project().write('mixed/Bad.ts', 'export default async () => {\n  const x = ;\n}')
  const json = await project().ks(['bg', '--once', '--tasks', 'mixed'])
  expect(json.code).toBe(0)
  expect(jsonLines(json.stdout).slice(0, 2)).toEqual([
    expect.objectContaining({
      event: 'task:problem',
      severity: 'error',
      file: 'mixed/Bad.ts',
      line: 2,
      column: 13,
    }),
    expect.objectContaining({ event: 'worker:ready', tasks: ['Good'] }),
  ])
  const pretty = await project().ks(['bg', '--once', '--tasks', 'mixed', '--log', 'pretty'])
  expect(pretty.stderr).toContain('error  mixed/Bad.ts:2:13  Unexpected ";"')
})

test('without any task there is nothing to start', async () => {
  const none = await project().ks(['bg', '--tasks', 'nowhere'])
  expect(none).toMatchObject({ code: 1, stdout: '' })
  expect(none.stderr).toMatch(
    /^error: nowhere\/: there are no tasks\n {2}hint {2}write the first one, nowhere\/SendEmail\.ts/,
  )
  await project().write('bad/Bad.ts', 'export default const')
  const broken = await project().ks(['bg', '--tasks', 'bad', '--log', 'pretty'])
  expect(broken).toMatchObject({ code: 1, stdout: '' })
  expect(broken.stderr).toMatch(/bad\/Bad\.ts:1:\d+[\s\S]*error: no task in bad\/ can run/)
})

test('cron entries are told, and what they schedule runs', async () => {
  const source = "task({ cron: '* * * * * *', run: async () => {} })"
  await project().write(
    'clock/Tick.ts',
    `import { task } from '@kretes/background'\nexport default ${source}`,
  )
  const own = await freshDatabase()
  try {
    const worker = project().start(['bg', '--tasks', 'clock'], { env: { DATABASE_URL: own.url } })
    await worker.says(/"job:completed","id":"\d+","task":"Tick"/)
    worker.process.kill('SIGTERM')
    const { code, stdout } = await worker.ended()
    expect(code).toBe(0)
    expect(jsonLines(stdout)[0]).toMatchObject({ event: 'worker:ready', cron: { Tick: '* * * * * *' } })
    expect(jsonLines(stdout)).toContainEqual(
      expect.objectContaining({
        event: 'cron:scheduled',
        entry: 'Tick',
        job: expect.stringMatching(/^\d+$/),
      }),
    )
  } finally {
    await own.drop()
  }
})

test('a reader that goes away does not end it', async () => {
  const id = await schedule('SendEmail', { to: 'ann@example.com' })
  const worker = project().start(['bg', '--once'])
  worker.process.stdout?.destroy()
  worker.process.stderr?.destroy()
  expect((await worker.ended()).code).toBe(0)
  expect(await history(id)).toEqual({ state: 'completed', attempt: 1 })
})

test('a database that cannot be reached ends it', async () => {
  const { code, stdout, stderr } = await project().ks(['bg'], {
    env: { DATABASE_URL: 'postgres://localhost:1/shop' },
  })
  expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
  expect(stderr).toContain('error: cannot reach the database at localhost:1/shop')
})
