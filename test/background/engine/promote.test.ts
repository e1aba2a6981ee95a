import { expect, test } from 'vitest'
import { setAside } from '../../../background/engine/lanes.ts'
import { promote } from '../../../background/engine/promote.ts'
import { closingOf, useEngine } from '../../support/engine.ts'
import { openTransaction } from '../../support/open-transaction.ts'

const engine = useEngine()

const promoted = (limit: number) => promote(engine().db, { limit, keep: 60 })

/** Jobs for later whose time has come. */
async function due(...jobs: object[]): Promise<string[]> {
  const ids = await engine().enqueue(...jobs.map(job => ({ delay: 60_000, ...job })))
  await engine().query(`update background.job set run_at = now() - interval '1 second' where run_at > now()`)
  await engine().query(
    `update background.deferred d set run_at = j.run_at from background.job j where j.id = d.id`,
  )
  return ids
}

test('due jobs move to where they can be claimed, the others stay', async () => {
  const [free, queued] = await due({}, { queue: 'q' })
  await engine().enqueue({ delay: 90_000 }, { delay: 60_000 })
  const { count, nextIn } = await promoted(100)
  expect(count).toBe(2)
  expect(nextIn).toBeGreaterThan(50_000)
  expect(nextIn).toBeLessThanOrEqual(60_000)
  expect(await engine().column('select id from background.ready')).toEqual([free])
  expect(await engine().column('select id from background.member')).toEqual([queued])
  expect(await engine().value('select count(*)::int from background.deferred')).toBe(2)
})

test('nothing is due and nothing waits', async () => {
  expect(await promoted(100)).toEqual({ count: 0, more: false, nextIn: undefined, ended: [] })
})

test('at most so many as asked for, the longest due first', async () => {
  const ids = await due({}, {}, {})
  expect(await promoted(2)).toEqual({ count: 2, more: true, nextIn: undefined, ended: [] })
  expect(await engine().column('select id from background.ready order by id')).toEqual(ids.slice(0, 2))
})

test('a job goes to its lane', async () => {
  await setAside(engine().db, ['Strange'])
  await due({ task: 'Strange' }, { flags: ['x'] })
  await promoted(2)
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
      for (let moved = -1; moved !== 0; sum += moved)
        moved = (await promote(db, { limit: 30, keep: 60 })).count
      return sum
    }),
  )
  expect(counts.reduce((sum, count) => sum + count)).toBe(500)
  expect(await engine().value('select count(*)::int from background.ready')).toBe(250)
  expect(await engine().value('select count(*)::int from background.member')).toBe(250)
})

const FAILED = { again: 0, error: '{"message":"no"}' }

/** In the hands of a worker. */
async function running(job: object) {
  const id = await engine().keyed(job)
  const worker = await engine().worker()
  return { id, worker, jobs: await engine().claim(worker) }
}

test.each([
  ['both are batches', '[1]', '[2]', true],
  ['it is one and the other is not', '[1]', '{}', false],
  ['neither is', '{}', '{}', false],
])(
  'a job whose key went to another in the instant it failed ends when it is due, unless %s',
  async (_, mine, other, returns) => {
    const { id, worker, jobs } = await running({ payload: mine })
    const app = await openTransaction(engine().url)
    const next = await engine().keyed({ payload: other }, 'replace', app.executor)
    await engine().fail(worker, jobs, FAILED, closingOf(...jobs))
    expect(await promoted(10)).toMatchObject({ count: 0, more: false })
    await app.commit()
    const facts = { id, task: 'A', queue: undefined, attempt: 1, maxAttempts: 25 }
    expect(await promoted(10)).toMatchObject({ count: 1, ended: returns ? [] : [facts] })
    expect(await engine().column('select id from background.job order by id')).toEqual(
      returns ? [id, next] : [next],
    )
    const ended = { id, state: 'discarded', attempt: 1, error: { message: 'no' } }
    expect(await engine().query('select id, state, attempt, error from background.history')).toEqual(
      returns ? [] : [ended],
    )
  },
)

test('one that keeps its key after all is tried again', async () => {
  const { id, worker, jobs } = await running({})
  const app = await openTransaction(engine().url)
  await engine().keyed({}, 'replace', app.executor)
  await engine().fail(worker, jobs, FAILED, closingOf(...jobs))
  await app.query('rollback')
  expect(await promoted(10)).toMatchObject({ count: 1 })
  expect((await engine().claim(worker)).map(job => job.id)).toEqual([id])
})

test('a batch that falls due leaves the key to the one that has it now, which may end in that instant', async () => {
  const { worker, jobs } = await running({ payload: '[1]' })
  await engine().keyed({ payload: '[2]' })
  const later = await engine().claim(worker)
  await engine().fail(worker, jobs, FAILED, closingOf(...jobs))
  const other = await openTransaction(engine().url)
  expect(await promote(other.executor, { limit: 10, keep: 60 })).toMatchObject({ count: 1 })
  await engine().complete(worker, later, {}, closingOf(...later))
  await other.commit()
  expect(await engine().column('select key from background.job_key')).toEqual([])
})

test('a job that was removed in the instant it failed ends when it is due, and is not kept if nothing is', async () => {
  const { worker, jobs } = await running({})
  const app = await openTransaction(engine().url)
  await app.query(`select background.remove_job('k')`)
  await engine().fail(worker, jobs, FAILED, closingOf(...jobs))
  await app.commit()
  expect(await promote(engine().db, { limit: 10, keep: 0 })).toMatchObject({ count: 1 })
  expect(await engine().value('select count(*)::int from background.job')).toBe(0)
  expect(await engine().column('select state from background.history')).toEqual([])
})

test('jobs whose keys are in other hands do not keep those behind them from falling due', async () => {
  const { worker, jobs } = await running({})
  const app = await openTransaction(engine().url)
  await engine().keyed({}, 'replace', app.executor)
  await engine().fail(worker, jobs, { again: new Date(0) }, closingOf(...jobs))
  const behind = await due({})
  expect(await promoted(1)).toMatchObject({ count: 0, more: false })
  expect(await promoted(2)).toMatchObject({ count: 1, more: true })
  expect(await engine().column('select id from background.ready')).toEqual(behind)
  await app.commit()
  expect(await promoted(2)).toMatchObject({ count: 1 })
})
