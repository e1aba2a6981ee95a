import { expect, test } from 'vitest'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { gate, useWorkers } from '../../support/worker.ts'

const engine = useEngine()
const workers = useWorkers(engine)

const jobs = () =>
  engine().query<{ id: string; state: string; attempt: number; crashes: number }>(
    'select id, state, attempt, crashes from background.jobs order by id',
  )
const registered = () => engine().value('select count(*)::int from background.worker')

test('stopping lets running jobs finish and gives the others back unharmed', async () => {
  const go = gate()
  let running = 0
  const A = async () => {
    running++
    await go.opened
  }
  const { worker, told } = await workers.start({ A }, { concurrency: 2 })
  await engine().enqueue({}, {}, {}, { queue: 'q' }, { queue: 'q' })
  await engine().query(`select pg_notify('background', '')`)
  await eventually(() => running === 2)
  const stopped = worker.stop(10_000)
  await eventually(async () => (await jobs()).filter(job => job.state === 'available').length === 3)
  go.open()
  await stopped
  expect(await jobs()).toMatchObject(Array(3).fill({ state: 'available', attempt: 0, crashes: 0 }))
  expect(told('job:completed').length).toBe(2)
  expect(told('worker:stopping')).toMatchObject([{ grace: 10_000, running: [{}, {}] }])
  expect(told('worker:stopped').length).toBe(1)
  expect(await registered()).toBe(0)
})

test('when the grace time is over, tasks are told to stop and their jobs go back with the attempt', async () => {
  const reasons: unknown[] = []
  const never = gate()
  const Deaf = async () => {
    await never.opened
  }
  const Good = (_: object, { signal }: { signal: AbortSignal }) =>
    new Promise<void>(resolve =>
      signal.addEventListener('abort', () => resolve(void reasons.push(signal.reason))),
    )
  const { worker, told } = await workers.start({ Deaf, Good })
  await engine().enqueue({ task: 'Deaf' }, { task: 'Good' })
  await engine().query(`select pg_notify('background', '')`)
  await eventually(() => told('job:started').length === 2)
  const before = performance.now()
  await worker.stop(100)
  expect(performance.now() - before).toBeLessThan(3_000)
  expect(reasons).toMatchObject([{ message: 'the worker is stopping' }])
  expect(await jobs()).toMatchObject([{ state: 'available', attempt: 0, crashes: 0 }])
  expect(told('job:released').length).toBe(1)
  never.open()
})

test('a hurry ends the grace time', async () => {
  const never = gate()
  const A = () => never.opened
  const { worker, told } = await workers.start({ A })
  await engine().enqueue({})
  await engine().query(`select pg_notify('background', '')`)
  await eventually(() => told('job:started').length === 1)
  const stopped = worker.stop(60_000)
  worker.hurry()
  await stopped
  expect(await jobs()).toMatchObject([{ state: 'available', attempt: 0 }])
  never.open()
})

test('stopping twice is stopping once', async () => {
  const { worker, told } = await workers.start({ A: () => {} })
  await Promise.all([worker.stop(), worker.stop(0)])
  await worker.stop()
  expect(told('worker:stopped').length).toBe(1)
})

test('starting twice is starting once', async () => {
  const { worker, told } = workers.create({ A: () => {} })
  await Promise.all([worker.start(), worker.start()])
  await worker.start()
  expect(told('worker:ready').length).toBe(1)
  expect(await registered()).toBe(1)
})

test('a worker that never started has nothing to stop, and can still be started', async () => {
  const { worker, told } = workers.create({ A: () => {} })
  await worker.stop()
  expect(told('worker:stopped')).toEqual([])
  await worker.start()
  await worker.stop()
  expect(told('worker:stopped').length).toBe(1)
})

test('a stop during the start ends it', async () => {
  const { worker, told } = workers.create({ A: () => {} })
  const started = worker.start()
  await worker.stop()
  await started
  expect(told('worker:stopped').length).toBe(1)
  expect(await registered()).toBe(0)
  await untilNobodyIsConnected()
})

test('a start that fails leaves nothing behind', async () => {
  await engine().query('alter table background.worker rename to elsewhere')
  const { worker } = workers.create({ A: () => {} })
  await expect(worker.start()).rejects.toMatchObject({ code: '42P01' })
  await expect(worker.start()).rejects.toMatchObject({ code: '42P01' })
  await worker.stop()
  await engine().query('alter table background.elsewhere rename to worker')
  await untilNobodyIsConnected()
})

test('a start without a database fails once and is not an unhandled rejection', async () => {
  const { Worker } = await import('../../../background/worker/worker.ts')
  const { backgroundConfig } = await import('../../../background/config.ts')
  const { createRegistry } = await import('../../../background/registry.ts')
  const { createLogger } = await import('../../../framework/logger.ts')
  const worker = new Worker({
    url: 'postgres://nobody@127.0.0.1:1/nothing',
    config: backgroundConfig.parse({}),
    registry: createRegistry({ A: () => {} }),
    logger: createLogger({ level: 'silent', format: 'json' }),
  })
  await expect(worker.start()).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
  await worker.stop()
})

test('whoever waits until everything is done is told when the worker stops', async () => {
  const never = gate()
  const { worker, told } = await workers.start({ A: () => never.opened })
  await engine().enqueue({})
  await engine().query(`select pg_notify('background', '')`)
  await eventually(() => told('job:started').length === 1)
  const empty = worker.untilEmpty()
  await worker.stop(0)
  await empty
  await worker.untilEmpty()
  never.open()
})

test('nothing is left of a stopped worker: no session, no claim, no slot', async () => {
  const { worker } = await workers.start({ A: () => {} })
  await engine().enqueue({}, { queue: 'q' })
  await worker.untilEmpty()
  await worker.stop()
  expect(await registered()).toBe(0)
  expect(await engine().value('select count(*)::int from background.claim')).toBe(0)
  await untilNobodyIsConnected()
})

async function untilNobodyIsConnected(): Promise<void> {
  const sessions = `
    select count(*)::int from pg_stat_activity
     where datname = current_database() and application_name like 'kretes background%'`
  await eventually(async () => (await engine().value(sessions)) === 0)
}
