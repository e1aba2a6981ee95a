import { expect, test } from 'vitest'
import { setAside } from '../../../background/engine/lanes.ts'
import { promote } from '../../../background/engine/promote.ts'
import { useEngine } from '../../support/engine.ts'

const engine = useEngine()

/** Jobs for later whose time has come. */
async function due(...jobs: object[]): Promise<string[]> {
  const ids = await engine().enqueue(...jobs.map(job => ({ delay: 60_000, ...job })))
  await engine().query(`update background.job set run_at = now() - interval '1 second' where run_at > now()`)
  await engine().query(`update background.deferred set run_at = (select run_at from background.job limit 1)`)
  return ids
}

test('due jobs move to where they can be claimed, the others stay', async () => {
  const [free, queued] = await due({}, { queue: 'q' })
  await engine().enqueue({ delay: 90_000 }, { delay: 60_000 })
  const { count, nextIn } = await promote(engine().db, 100)
  expect(count).toBe(2)
  expect(nextIn).toBeGreaterThan(50_000)
  expect(nextIn).toBeLessThanOrEqual(60_000)
  expect(await engine().column('select id from background.ready')).toEqual([free])
  expect(await engine().column('select id from background.member')).toEqual([queued])
  expect(await engine().value('select count(*)::int from background.deferred')).toBe(2)
})

test('nothing is due and nothing waits', async () => {
  expect(await promote(engine().db, 100)).toEqual({ count: 0, nextIn: undefined })
})

test('at most so many as asked for, the longest due first', async () => {
  const ids = await due({}, {}, {})
  expect(await promote(engine().db, 2)).toEqual({ count: 2, nextIn: undefined })
  expect(await engine().column('select id from background.ready order by id')).toEqual(ids.slice(0, 2))
})

test('a job goes to its lane', async () => {
  await setAside(engine().db, ['Strange'])
  await due({ task: 'Strange' }, { flags: ['x'] })
  await promote(engine().db, 2)
  const worker = await engine().worker()
  expect(await engine().claim(worker)).toEqual([])
  expect((await engine().claim(worker, { lanes: [1, 2] })).map(job => job.flags)).toEqual([[], ['x']])
})

test('several who promote at once move each job once', async () => {
  await due(...Array.from({ length: 500 }, (_, n) => (n % 2 ? {} : { queue: 'q' })))
  const counts = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const db = engine().connect()
      let sum = 0
      for (let moved = -1; moved !== 0; sum += moved) moved = (await promote(db, 30)).count
      return sum
    }),
  )
  expect(counts.reduce((sum, count) => sum + count)).toBe(500)
  expect(await engine().value('select count(*)::int from background.ready')).toBe(250)
  expect(await engine().value('select count(*)::int from background.member')).toBe(250)
})
