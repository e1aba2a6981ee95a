import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import {
  Background,
  type Runner,
  type RunOptions,
  run,
  runMigrations,
  runOnce,
} from '../../background/index.ts'
import { createLogger } from '../../framework/logger.ts'
import { emptyDatabase } from '../support/database.ts'
import { useEngine } from '../support/engine.ts'
import { eventually } from '../support/eventually.ts'
import { gate } from '../support/worker.ts'

const engine = useEngine()
const logger = createLogger({ level: 'silent' })
const runners: Runner[] = []
afterEach(async () => {
  await Promise.all(runners.splice(0).map(runner => runner.stop(0)))
})

async function runner(options: RunOptions): Promise<Runner> {
  const started = await run({ url: engine().url, logger, ...options })
  runners.push(started)
  return started
}

const coded = (code: string) => expect.objectContaining({ code })

test('tasks run, and jobs are scheduled with the runner', async () => {
  const Add = async ({ a, b }: { a: number; b: number }) => a + b
  const started = await runner({ tasks: { Add } })
  const job = await started.schedule({ task: Add, payload: { a: 1, b: 2 } })
  expect(await job.wait({ timeout: '10s' })).toMatchObject({ state: 'completed', result: 3 })
  const many = await started.scheduleMany(Add, [{ payload: { a: 1, b: 1 } }, { payload: { a: 2, b: 2 } }])
  const results = await Promise.all(many.map(one => one.wait({ timeout: '10s' })))
  expect(results.map(({ result }) => result)).toEqual([2, 4])
  expect(await started.jobs.get(job.id)).toMatchObject({ task: 'Add', result: 3 })
  expect(await started.workers.list()).toMatchObject([{ alive: true, tasks: ['Add'] }])
})

test('tasks of a directory, from wherever it is started', async () => {
  const directory = fileURLToPath(new URL('../../examples/quickstart/tasks', import.meta.url))
  const started = await runner({ directory })
  expect(await started.workers.list()).toMatchObject([{ tasks: ['SendEmail'] }])
})

test('everything that is wrong is told at once, and nothing is opened', async () => {
  const wrong = { concurrency: 0, tasks: 5, grace: 'soon', signal: {}, colour: 'red', middleware: [{}] }
  const error = await run(wrong as never).catch((thrown: Error) => thrown)
  expect(error).toEqual(coded('INVALID_OPTION'))
  for (const what of ['concurrency', 'tasks', 'grace', 'signal', 'colour', 'middleware'])
    expect((error as Error).message).toContain(what)
  await expect(run({ url: engine().url })).rejects.toEqual(coded('INVALID_OPTION'))
  await expect(run({ url: engine().url, tasks: {}, directory: 'tasks' })).rejects.toEqual(
    coded('INVALID_OPTION'),
  )
})

test('a logger that cannot do what loggers do is refused, and what it has to do is said', async () => {
  const half = { info: () => {}, warn: () => {}, error: () => {} }
  await expect(run({ tasks: {}, logger: half as never })).rejects.toThrow(
    'logger: expected a logger with trace, debug, info, warn, error, child, isLevelEnabled; adaptPino() makes one',
  )
})

test('a database that is not there is an error, and leaves nothing behind', async () => {
  const url = 'postgres://nobody@localhost:1/nothing'
  await expect(run({ url, tasks: { A: () => {} }, logger })).rejects.toEqual(coded('DATABASE_UNREACHABLE'))
})

test('stopping twice is fine, and stopped tells when', async () => {
  const started = await runner({ tasks: { A: () => {} } })
  let over = false
  const stopped = started.stopped.then(() => {
    over = true
  })
  expect(over).toBe(false)
  await Promise.all([started.stop(), started.stop('1s')])
  await started.stop()
  await stopped
  expect(over).toBe(true)
  expect(await engine().value('select count(*)::int from background.worker')).toBe(0)
})

test('a signal stops it: running jobs may finish, others wait', async () => {
  const begun = gate()
  const end = gate()
  const abort = new AbortController()
  const A = async () => {
    begun.open()
    await end.opened
  }
  const started = await runner({ tasks: { A }, signal: abort.signal })
  const job = await started.schedule({ task: A })
  await begun.opened
  abort.abort()
  const late = (await engine().enqueue({}))[0] as string
  end.open()
  await started.stopped
  expect(await engine().value('select state from background.history where id = $1', [job.id])).toBe(
    'completed',
  )
  expect(await engine().value('select state from background.jobs where id = $1', [late])).toBe('available')
})

test('one that is aborted from the beginning does not start', async () => {
  const signal = AbortSignal.abort(new Error('not now'))
  await expect(run({ url: engine().url, tasks: { A: () => {} }, signal })).rejects.toThrow('not now')
})

test('stop(0) hurries a stop that waits for a job', async () => {
  const begun = gate()
  const A = (_: unknown, { signal }: { signal: AbortSignal }) => {
    begun.open()
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))))
  }
  const started = await runner({ tasks: { A }, grace: '1h' })
  await started.schedule({ task: A })
  await begun.opened
  const patient = started.stop()
  await started.stop(0)
  await patient
})

test('it stops when it goes out of scope', async () => {
  let stopped: Promise<void> | undefined
  {
    await using started = await run({ url: engine().url, logger, tasks: { A: () => {} } })
    stopped = started.stopped
  }
  await stopped
  expect(await engine().value('select count(*)::int from background.worker')).toBe(0)
})

test('several runners in one process, each with its own tasks', async () => {
  const ran: string[] = []
  const A = () => void ran.push('A')
  const B = () => void ran.push('B')
  const one = await runner({ tasks: { A } })
  const two = await runner({ tasks: { B } })
  const jobs = [await two.schedule({ task: A }), await one.schedule({ task: B })]
  await Promise.all(jobs.map(job => job.wait({ timeout: '10s' })))
  expect(ran.sort()).toEqual(['A', 'B'])
})

test('each runner has all there is to schedule and to operate, in its own database', async () => {
  const A = () => {}
  const started = await runner({ tasks: { A } })
  const later = { task: A, key: 'k', wait: '1h' } as const
  const { id } = await started.debounce(later)
  expect((await started.debounce(later)).id).toBe(id)
  const throttled = await started.throttle({ task: A, key: 'l', every: '1h' })
  const pool = new pg.Pool({ connectionString: engine().url })
  onTestFinished(() => pool.end())
  const transaction = await pool.connect()
  await transaction.query('begin')
  expect((await started.with(transaction).throttle({ task: A, key: 'l', every: '2h' })).id).toBe(throttled.id)
  await transaction.query('rollback')
  transaction.release()
  expect(await started.jobs.count({ state: 'scheduled' })).toMatchObject({ count: 2 })
  expect(await started.prune()).toEqual({ days: 0, queues: 0 })
})

test('where there is no app, Background means the first runner', async () => {
  const A = async () => 'done'
  const started = await runner({ tasks: { A } })
  const job = await Background.schedule({ task: A })
  expect(await job.wait({ timeout: '10s' })).toMatchObject({ result: 'done' })
  await started.stop()
})

test('listeners hear everything from the beginning, and one that throws harms nobody', async () => {
  const heard: string[] = []
  const events = {
    'worker:ready': () => void heard.push('ready'),
    'job:completed': () => {
      heard.push('completed')
      throw new Error('listener')
    },
  }
  const A = () => {}
  const started = await runner({ tasks: { A }, events })
  const off = started.events.on('job:started', ({ job }) => void heard.push(`started ${job.task}`))
  await (await started.schedule({ task: A })).wait({ timeout: '10s' })
  await eventually(() => heard.includes('completed'))
  off()
  await (await started.schedule({ task: A })).wait({ timeout: '10s' })
  await eventually(() => heard.filter(event => event === 'completed').length === 2)
  expect(heard).toEqual(['ready', 'started A', 'completed', 'completed'])
})

test('with a pool: its settings are used, tasks query with it, and it is left open', async () => {
  const pool = new pg.Pool({ connectionString: engine().url, application_name: 'the app', max: 2 })
  onTestFinished(() => pool.end())
  const A = async (_: unknown, { query }: { query: (sql: string) => Promise<object[]> }) =>
    query(`select current_setting('application_name') as name`)
  const started = await run({ pool, tasks: { A }, logger })
  const job = await started.schedule({ task: A })
  expect(await job.wait({ timeout: '10s' })).toMatchObject({ result: [{ name: 'the app' }] })
  await started.stop()
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  expect(pool.listenerCount('error')).toBe(0)
})

test('runOnce runs what can run now, and tells how it went', async () => {
  const tasks = {
    Good: () => {},
    Bad: () => {
      throw new Error('bad')
    },
  }
  await engine().enqueue({ task: 'Good' }, { task: 'Good', queue: 'q' }, { task: 'Good', delay: 60_000 })
  await engine().enqueue({ task: 'Bad' }, { task: 'Bad', maxAttempts: 1 })
  expect(await runOnce({ url: engine().url, tasks, logger })).toEqual({
    ...{ completed: 2, failed: 1, discarded: 1, cancelled: 0, snoozed: 0 },
  })
  expect(await engine().value('select count(*)::int from background.job')).toBe(2)
  const cron = [{ task: 'Good', expression: '* * * * * *' }]
  expect(await runOnce({ url: engine().url, tasks, logger, cron })).toMatchObject({ completed: 0, failed: 0 })
  expect(await engine().value('select count(*)::int from background.cron')).toBe(0)
})

test('runMigrations makes the schema and says what it applied', async () => {
  const empty = await emptyDatabase()
  onTestFinished(() => empty.drop())
  const applied = await runMigrations({ url: empty.url })
  expect(applied[0]).toBe('0001_jobs')
  expect(await runMigrations({ url: empty.url })).toEqual([])
  await expect(runMigrations({ adress: empty.url } as never)).rejects.toEqual(coded('INVALID_OPTION'))
})
