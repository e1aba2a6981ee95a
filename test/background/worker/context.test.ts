import { expect, onTestFinished, test } from 'vitest'
import { Background, type Runner, run, type TaskContext } from '../../../background/index.ts'
import type { AnyTask } from '../../../background/task.ts'
import { createLogger } from '../../../framework/logger.ts'
import { freshDatabase } from '../../support/database.ts'
import { useEngine } from '../../support/engine.ts'

const engine = useEngine()
const logger = createLogger({ level: 'silent' })

async function runner(tasks: Record<string, AnyTask>, url = engine().url): Promise<Runner> {
  const started = await run({ url, tasks, logger, concurrency: 2 })
  onTestFinished(() => started.stop(0))
  return started
}

/** What `work` returns when a task does it with its context. */
async function inTask(work: (context: TaskContext) => unknown, others: Record<string, AnyTask> = {}) {
  const Work = async (_: unknown, context: TaskContext) => work(context)
  const started = await runner({ Work, ...others })
  return (await started.schedule({ task: Work, maxAttempts: 1 })).wait({ timeout: '15s' })
}

const Later = () => {}

test('a task queries the app database, with values', async () => {
  const done = await inTask(({ query }) => query<{ sum: number }>('select $1::int + $2::int as sum', [1, 2]))
  expect(done).toMatchObject({ result: [{ sum: 3 }] })
})

test('what it writes and schedules in a transaction happens together', async () => {
  await engine().query('create table orders (id int)')
  onTestFinished(() => void engine().query('drop table if exists orders'))
  const done = await inTask(
    async ({ transaction, query, schedule, scheduleMany }) => {
      await transaction(async trx => {
        await trx.insertInto('orders').values({ id: 1 }).execute()
        await query('insert into orders values ($1)', [2])
        await schedule({ task: 'Later' })
        await scheduleMany('Later', [{}, {}])
        await Background.schedule({ task: 'Later' })
      })
      return query('select count(*)::int as orders from orders')
    },
    { Later },
  )
  expect(done).toMatchObject({ state: 'completed', result: [{ orders: 2 }] })
  const scheduled = 'select task from background.jobs union all select task from background.history'
  expect(await engine().value(`select count(*)::int from (${scheduled}) s where task = 'Later'`)).toBe(4)
})

test('neither happens when it is rolled back', async () => {
  await engine().query('create table orders (id int)')
  onTestFinished(() => void engine().query('drop table if exists orders'))
  const done = await inTask(
    async ({ transaction, query, schedule }) => {
      const failed = await transaction(async () => {
        await query('insert into orders values (1)')
        await schedule({ task: 'Later' })
        await Background.schedule({ task: 'Later' })
        throw new Error('changed my mind')
      }).catch((error: Error) => error.message)
      return [failed, ...(await query('select * from orders'))]
    },
    { Later },
  )
  expect(done).toMatchObject({ result: ['changed my mind'] })
  expect(await engine().value(`select count(*)::int from background.jobs where task = 'Later'`)).toBe(0)
  expect(await engine().value(`select count(*)::int from background.history where task = 'Later'`)).toBe(0)
})

test('a transaction of another database is no affair of this one', async () => {
  const other = await freshDatabase()
  onTestFinished(() => other.drop())
  const foreign = await runner({ Other: () => {} }, other.url)
  const done = await inTask(({ transaction }) =>
    transaction(async () => {
      await foreign.schedule({ task: 'Elsewhere' })
      throw new Error('rolled back here')
    }).catch(() => 'rolled back'),
  )
  expect(done).toMatchObject({ result: 'rolled back' })
  await foreign.stop()
  expect(await other.query('select task from background.jobs')).toEqual([{ task: 'Elsewhere' }])
})

test('each runner schedules in its own database', async () => {
  const other = await freshDatabase()
  onTestFinished(() => other.drop())
  await runner({ Later })
  const Work = async (_: unknown, { schedule }: TaskContext) => void (await schedule({ task: 'Unknown' }))
  const second = await runner({ Work }, other.url)
  await (await second.schedule({ task: Work })).wait({ timeout: '15s' })
  await second.stop()
  expect(await other.query('select task from background.jobs')).toEqual([{ task: 'Unknown' }])
  expect(await engine().value(`select count(*)::int from background.jobs where task = 'Unknown'`)).toBe(0)
})

test('what is taken out of the context works by itself, and job facts are as they were', async () => {
  const done = await inTask(context => {
    const { id, task, attempt, maxAttempts, queue, signal, query, schedule, log } = context
    log.debug('here')
    return [id, task, attempt, maxAttempts, queue ?? null, signal.aborted, typeof query, typeof schedule]
  })
  expect(done.result).toEqual([done.id, 'Work', 1, 1, null, false, 'function', 'function'])
})
