import { expect, test } from 'vitest'
import { cancelJobs } from '../../../background/engine/cancel.ts'
import { find } from '../../../background/engine/find.ts'
import { setAside } from '../../../background/engine/lanes.ts'
import { closingOf, useEngine } from '../../support/engine.ts'
import { whileLocked } from '../../support/locking-job.ts'
import { standingsOf } from '../../support/standings.ts'

const engine = useEngine()
const KEEP = { keep: 60, byTask: {} }

async function cancel(ids: readonly string[], retention = KEEP) {
  return standingsOf(await cancelJobs(engine().db, ids, 'no longer wanted', retention))
}

test('whatever waits is cancelled, wherever it waits, and in history with the reason', async () => {
  await setAside(engine().db, ['Strange'])
  const jobs = [{}, { queue: 'q' }, { delay: 60_000 }, { delay: 60_000, queue: 'q' }, { task: 'Strange' }]
  const ids = await engine().enqueue(...jobs, { priority: -3, queue: 'q' })
  expect(await cancel(ids)).toEqual(Object.fromEntries(ids.map(id => [id, 'done'])))
  for (const id of ids) {
    expect(await find(engine().db, id)).toMatchObject({
      ...{
        state: 'cancelled',
        attempt: 0,
        maxAttempts: 25,
        error: { name: 'CancelJob', message: 'no longer wanted' },
      },
    })
  }
  expect(await engine().value('select count(*)::int from background.job')).toBe(0)
  expect(await engine().claim(await engine().worker(), { lanes: [0, 1] })).toEqual([])
})

test('a job that was due in lane 0 before its task was set aside is found there', async () => {
  const [id] = (await engine().enqueue({ task: 'Strange' })) as [string]
  await setAside(engine().db, ['Strange'])
  expect(await cancel([id])).toEqual({ [id]: 'done' })
})

test('its key is free again', async () => {
  const id = await engine().keyed({})
  await cancel([id])
  expect(await engine().value('select count(*)::int from background.job_key')).toBe(0)
  expect(await engine().keyed({})).not.toBe(id)
})

test('a running job stays where it is, and it is noted that it is to be cancelled', async () => {
  const [id] = (await engine().enqueue({})) as [string]
  const worker = await engine().worker()
  const jobs = await engine().claim(worker)
  expect(await cancel([id])).toEqual({ [id]: 'running' })
  expect(await cancel([id])).toEqual({ [id]: 'running' })
  expect(await engine().query('select job_id, reason from background.cancellation')).toEqual([
    { job_id: id, reason: 'no longer wanted' },
  ])
  expect(await find(engine().db, id)).toMatchObject({ state: 'running', cancelling: true })
  expect(await engine().complete(worker, jobs, {}, closingOf(...jobs))).toEqual([id])
})

test('the note is torn up by whoever asks when the job waits again, or is gone', async () => {
  const [a, b] = (await engine().enqueue({}, {})) as [string, string]
  const worker = await engine().worker()
  const jobs = await engine().claim(worker)
  await cancel([a, b])
  await engine().release(worker, jobs.slice(0, 1))
  await engine().complete(worker, jobs.slice(1), {}, closingOf(...jobs))
  expect(await cancel([a, b])).toEqual({ [a]: 'done', [b]: 'completed' })
  expect(await engine().value('select count(*)::int from background.cancellation')).toBe(0)
})

test('finished ones say how they ended, and of others nothing is known', async () => {
  const [a, b] = (await engine().enqueue({}, {})) as [string, string]
  await cancel([a])
  const worker = await engine().worker()
  const jobs = await engine().claim(worker)
  await engine().fail(worker, jobs, { again: null }, closingOf(...jobs))
  expect(await cancel([a, b, '999'])).toEqual({ [a]: 'cancelled', [b]: 'discarded', 999: 'missing' })
})

test('one that a transaction is claiming or replacing is busy, and nobody waits for that', async () => {
  const id = await engine().keyed({})
  await whileLocked(engine(), id, async () => {
    expect(await cancel([id])).toEqual({ [id]: 'busy' })
  })
  expect(await cancel([id])).toEqual({ [id]: 'done' })
})

test('history is kept as its task says', async () => {
  const [a, b] = (await engine().enqueue({ task: 'Secret' }, { task: 'A' })) as [string, string]
  await cancel([a, b], { keep: 60, byTask: { Secret: 0 } })
  expect(await find(engine().db, a)).toBeUndefined()
  expect(await find(engine().db, b)).toBeDefined()
  const left = await engine().value(
    'select extract(epoch from expires_at - finished_at)::int from background.finished',
  )
  expect(left).toBe(60)
})

test('while workers claim, each job is either claimed or cancelled', async () => {
  const ids = await engine().enqueue(
    ...Array.from({ length: 300 }, (_, n) => (n % 3 ? {} : { queue: `q${n % 5}` })),
  )
  const worker = await engine().worker()
  const claims = Array.from({ length: 30 }, () => engine().claim(worker, { limit: 5 }))
  const queued = Array.from({ length: 5 }, () => engine().claimQueues(worker, { perSlot: 3 }))
  const connection = engine().connect()
  const cancelled = await Promise.all(
    Array.from({ length: 30 }, (_, n) => cancelJobs(connection, ids.slice(n * 10, n * 10 + 10), 'x', KEEP)),
  )
  const claimed = (await Promise.all(claims)).flat().map(job => job.id)
  const runs = (await Promise.all(queued)).flatMap(({ runs }) =>
    runs.flatMap(run => run.jobs.map(job => job.id)),
  )
  const done = cancelled.flat().filter(({ standing }) => standing === 'done')
  const all = [...claimed, ...runs, ...done.map(({ id }) => id)]
  expect(new Set(all).size).toBe(all.length)
  const rest = await engine().column('select id from background.jobs where state = $1', ['available'])
  expect([...all, ...rest].sort()).toEqual([...ids].sort())
})
