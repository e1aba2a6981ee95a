import { expect, test } from 'vitest'
import { claim } from '../../../background/engine/claim.ts'
import { setAside } from '../../../background/engine/lanes.ts'
import { newId } from '../../../background/id.ts'
import { useEngine } from '../../support/engine.ts'

const engine = useEngine()
const ids = (jobs: readonly { id: string }[]) => jobs.map(job => job.id)

test('jobs come by priority, then by due time, then by id', async () => {
  const at = (seconds: number) => new Date(Date.UTC(2020, 0, 1, 0, 0, seconds))
  const [a, b, c, d, e, f] = await engine().enqueue(
    { priority: 1, runAt: at(0) },
    { priority: 0, runAt: at(9) },
    { priority: 0, runAt: at(5) },
    { priority: 0, runAt: at(5) },
    { priority: -1, runAt: at(30) },
    { priority: 32_767, runAt: at(0) },
  )
  const worker = await engine().worker()
  expect(ids(await engine().claim(worker))).toEqual([e, c, d, b, a, f])
})

test('at most so many as asked for, from the front', async () => {
  const all = await engine().enqueue({}, {}, {}, {}, {})
  const worker = await engine().worker()
  expect(ids(await engine().claim(worker, { limit: 2 }))).toEqual(all.slice(0, 2))
  expect(ids(await engine().claim(worker, { limit: 2 }))).toEqual(all.slice(2, 4))
  expect(ids(await engine().claim(worker, { limit: 2 }))).toEqual(all.slice(4))
  expect(await engine().claim(worker, { limit: 2 })).toEqual([])
})

test('a claimed job says all that a worker needs to know', async () => {
  const runAt = new Date('2001-02-03T04:05:06.789Z')
  const [id] = await engine().enqueue({
    payload: '{"big":9007199254740993}',
    runAt,
    priority: 3,
    maxAttempts: 7,
  })
  await engine().query('update background.job set attempt = 2, crashes = 1')
  const worker = await engine().worker()
  const [job] = await engine().claim(worker, { claim: '42' })
  expect(job).toMatchObject({
    ...{ claim: '42', id, task: 'A', queue: undefined, priority: 3, runAt: runAt.getTime() },
    ...{ attempt: 3, maxAttempts: 7, crashes: 1, payload: '{"big":9007199254740993}' },
  })
  expect(Math.abs(Date.now() - (job?.createdAt ?? 0))).toBeLessThan(5_000)
  expect(await engine().query('select id, worker_id, ids from background.claim')).toEqual([
    { id: '42', worker_id: worker, ids: [id] },
  ])
})

test('nothing to claim leaves no claim behind', async () => {
  const worker = await engine().worker()
  await engine().enqueue({ queue: 'q' }, { delay: 60_000 })
  expect(await engine().claim(worker)).toEqual([])
  expect(await engine().value('select count(*)::int from background.claim')).toBe(0)
})

test('several who claim at once never get the same job, and together get all', async () => {
  const all = await engine().enqueue(...Array.from({ length: 1_000 }, () => ({})))
  const worker = await engine().worker()
  const got: string[] = []
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      const db = engine().connect()
      for (;;) {
        const { jobs } = await claim(db, { claim: newId(), worker, lanes: [0], limit: 7 })
        if (jobs.length === 0) return
        got.push(...ids(jobs))
      }
    }),
  )
  expect(got.length).toBe(1_000)
  expect(new Set(got)).toEqual(new Set(all))
})

test('jobs that another transaction is claiming are passed over', async () => {
  const [first, second] = await engine().enqueue({}, {})
  const worker = await engine().worker()
  const other = engine().connect()
  await other.run({ name: '', text: 'begin' }, [])
  expect(ids((await claim(other, { claim: newId(), worker, lanes: [0], limit: 1 })).jobs)).toEqual([first])
  expect(ids(await engine().claim(worker))).toEqual([second])
  await other.run({ name: '', text: 'rollback' }, [])
  expect(ids(await engine().claim(worker))).toEqual([first])
})

test('a claim begins where it is told, and tells where it ended', async () => {
  const worker = await engine().worker()
  const all = await engine().enqueue({}, { priority: 1 }, { priority: 1 }, { priority: 2 })
  const ask = { worker, lanes: [0], limit: 2 }
  const first = await claim(engine().db, { ...ask, claim: newId() })
  expect(ids(first.jobs).sort()).toEqual(all.slice(0, 2))
  expect(first.ends.get(0)).toMatchObject({ id: all[1], priority: 1 })

  const [urgent] = await engine().enqueue({ priority: -1 })
  const second = await claim(engine().db, { ...ask, claim: newId(), from: first.ends })
  expect(ids(second.jobs).sort()).toEqual(all.slice(2))
  const third = await claim(engine().db, { ...ask, claim: newId(), from: second.ends })
  expect([third.jobs, third.ends.size]).toEqual([[], 0])
  expect(ids((await claim(engine().db, { ...ask, claim: newId() })).jobs)).toEqual([urgent])
})

test('only jobs of the given lanes come, so many of each', async () => {
  await setAside(engine().db, ['B', 'C'])
  const lanes = await engine().query<{ task: string; id: number }>('select task, id from background.lane')
  const lane = (name: string) => lanes.find(({ task }) => task === name)?.id as number
  const all = await engine().enqueue(
    { task: 'C' },
    { task: 'A' },
    { task: 'B' },
    { task: 'C' },
    { task: 'A' },
  )
  const worker = await engine().worker()
  expect(ids(await engine().claim(worker, { lanes: [lane('B')] }))).toEqual([all[2]])
  expect(ids(await engine().claim(worker, { lanes: [0, lane('C')], limit: 1 }))).toEqual([all[0], all[1]])
  expect(ids(await engine().claim(worker, { lanes: [] }))).toEqual([])
})

test('a worker that is not registered, or was declared dead, claims nothing', async () => {
  await engine().enqueue({})
  await expect(engine().claim(newId())).rejects.toMatchObject({ code: '23503' })
  expect(await engine().value('select count(*)::int from background.ready')).toBe(1)
})

test('the same claim sent twice fails the second time and takes nothing', async () => {
  await engine().enqueue({}, {})
  const worker = await engine().worker()
  const request = { claim: newId(), limit: 1 }
  await engine().claim(worker, request)
  await expect(engine().claim(worker, request)).rejects.toMatchObject({ code: '23505' })
  expect(await engine().value('select count(*)::int from background.ready')).toBe(1)
})
