import { expect, test } from 'vitest'
import { clear } from '../../../background/engine/clear.ts'
import { find } from '../../../background/engine/find.ts'
import { promote } from '../../../background/engine/promote.ts'
import { travel } from '../../../background/engine/travel.ts'
import { closingOf, useEngine } from '../../support/engine.ts'

const engine = useEngine()

test('jobs are due that much earlier, wherever they wait, and in the order in which they were', async () => {
  const ids = await engine().enqueue(
    {},
    { queue: 'q' },
    { delay: 3_600_000 },
    { delay: 3_600_000, queue: 'q' },
  )
  await travel(engine().db, 3_600_000)
  await promote(engine().db, { limit: 100, keep: 60 })
  for (const id of ids) expect(await find(engine().db, id)).toMatchObject({ state: 'available' })
  const worker = await engine().worker()
  expect((await engine().claim(worker)).map(job => job.id)).toEqual([ids[0], ids[2]])
  const { runs } = await engine().claimQueues(worker)
  expect(runs[0]?.jobs.map(job => job.id)).toEqual([ids[1], ids[3]])
})

test('what is due later than that stays for later', async () => {
  const [id] = (await engine().enqueue({ delay: 7_200_000 })) as [string]
  await travel(engine().db, 3_600_000)
  expect(await promote(engine().db, { limit: 100, keep: 60 })).toMatchObject({ count: 0 })
  expect(await find(engine().db, id)).toMatchObject({ state: 'scheduled' })
})

test('a job that is running is reported all the same', async () => {
  await engine().enqueue({})
  const worker = await engine().worker()
  const jobs = await engine().claim(worker)
  await travel(engine().db, 3_600_000)
  expect((await engine().complete(worker, jobs, {}, closingOf(...jobs))).length).toBe(1)
})

test('after clearing there is nothing', async () => {
  await engine().keyed({ queue: 'q' })
  await engine().enqueue({}, { delay: 1_000 })
  const worker = await engine().worker()
  const jobs = await engine().claim(worker)
  await engine().complete(worker, jobs)
  await clear(engine().db)
  for (const table of ['jobs', 'history', 'queues'])
    expect(await engine().query(`select * from background.${table}`)).toEqual([])
})
