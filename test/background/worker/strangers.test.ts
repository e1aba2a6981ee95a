import { expect, test } from 'vitest'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { useWorkers } from '../../support/worker.ts'

const engine = useEngine()
const workers = useWorkers(engine)

const waiting = () => engine().query('select task, state, attempt, crashes from background.jobs order by id')

test('jobs of a task that nobody knows wait in a lane of their own, unharmed', async () => {
  const seen: string[] = []
  const A = (_: object, { id }: { id: string }) => void seen.push(id)
  const strangers = Array.from({ length: 30 }, () => ({ task: 'Stranger' }))
  const [known] = (await engine().enqueue({ priority: 1 })) as [string]
  await engine().enqueue(...strangers)
  const { worker, told } = await workers.start({ A }, { concurrency: 2 })
  await worker.untilEmpty()
  expect(seen).toEqual([known])
  expect(await waiting()).toEqual(
    strangers.map(({ task }) => ({ task, state: 'available', attempt: 0, crashes: 0 })),
  )
  const claims = told('job:released').length
  await engine().enqueue({}, { task: 'Stranger' })
  await engine().query(`select pg_notify('background', '')`)
  await eventually(() => seen.length === 2)
  await worker.untilEmpty()
  expect(told('job:released').length).toBe(claims)
})

test.each([true, false])('a worker that knows them takes them, notified or not (%s)', async listen => {
  const seen: string[] = []
  const Later = (_: object, { id }: { id: string }) => void seen.push(id)
  // it is there before anybody has set its task aside
  await workers.start({ Later }, { listen, concurrency: 1 })
  await workers.start({ A: () => {} }, { listen })
  await engine().query('insert into background.lane (task) values ($1)', ['Later'])
  const ids = await engine().enqueue({ task: 'Later' }, { task: 'Later' })
  await eventually(() => seen.length === 2)
  expect(seen.sort()).toEqual(ids)
})

test('whoever meets strangers tells the others of their lane', async () => {
  const seen: string[] = []
  const one = await workers.start({ A: () => {} })
  const ids = await engine().enqueue(...Array.from({ length: 20 }, () => ({ task: 'Later' })))
  await one.worker.untilEmpty()
  await workers.start({ Later: (_: object, { id }: { id: string }) => void seen.push(id) })
  await eventually(() => seen.length === 20)
  expect(new Set(seen)).toEqual(new Set(ids))
})

test('a stranger in a queue does not block it', async () => {
  const seen: string[] = []
  const A = (_: object, { id }: { id: string }) => void seen.push(id)
  const [stranger, second, third] = await engine().enqueue(
    { task: 'Stranger', queue: 'q' },
    { queue: 'q' },
    { queue: 'q' },
    { task: 'Stranger', queue: 'r' },
  )
  const { worker } = await workers.start({ A })
  await worker.untilEmpty()
  expect(seen).toEqual([second, third])
  expect(await waiting()).toMatchObject([
    { task: 'Stranger', attempt: 0, crashes: 0 },
    { task: 'Stranger', attempt: 0, crashes: 0 },
  ])
  expect(await engine().value('select count(*)::int from background.slot')).toBe(0)
  await worker.stop()
  await engine().letDue()
  const other: string[] = []
  await workers.start({ Stranger: (_: object, { id }: { id: string }) => void other.push(id) })
  await eventually(() => other.length === 2)
  expect(other).toContain(stranger)
})

test('a worker that stops while it gives strangers back leaves none behind', async () => {
  await engine().enqueue(...Array.from({ length: 30 }, () => ({ task: 'Stranger' })))
  for (let round = 0; round < 3; round++) {
    const { worker } = await workers.start({ A: () => {} })
    await eventually(async () => (await engine().value('select count(*)::int from background.lane')) === 1)
    await engine().query('delete from background.lane')
    await engine().query(
      'with m as (update background.job set lane = 0) update background.ready set lane = 0',
    )
    await worker.stop()
  }
  const jobs = await waiting()
  expect(jobs.length).toBe(30)
  expect(jobs.every(job => (job as { state: string; crashes: number }).state === 'available')).toBe(true)
  expect(await engine().value('select max(crashes)::int from background.job')).toBe(0)
  expect(await engine().value('select count(*)::int from background.worker')).toBe(0)
})
