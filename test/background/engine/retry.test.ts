import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { cancelJobs } from '../../../background/engine/cancel.ts'
import type { NewJob } from '../../../background/engine/enqueue.ts'
import { find } from '../../../background/engine/find.ts'
import { retryJobs } from '../../../background/engine/retry.ts'
import { closingOf, useEngine } from '../../support/engine.ts'
import { standingsOf } from '../../support/standings.ts'

const engine = useEngine()

async function retry(...ids: string[]) {
  return standingsOf(await retryJobs(engine().db, ids))
}

/** A job that has used up its attempts. */
async function discarded(job: Partial<NewJob> = {}): Promise<string> {
  const [id] = (await engine().enqueue(job)) as [string]
  await end(id)
  return id
}

async function end(id: string): Promise<void> {
  const worker = await engine().worker()
  const free = await engine().claim(worker)
  const { runs } = await engine().claimQueues(worker)
  const jobs = [...free, ...runs.flatMap(run => run.jobs)]
  expect(jobs.map(job => job.id)).toEqual([id])
  const error = '{"message":"no"}'
  await engine().fail(worker, jobs, { again: null, error }, { ...closingOf(...jobs), slots: runs })
}

test('a finished job waits again under its old id, as it was, with all attempts ahead', async () => {
  const id = await discarded({ queue: 'q', priority: 4, maxAttempts: 3, tags: ['t'], payload: '{"n":1}' })
  const before = await find(engine().db, id)
  expect(before).toMatchObject({ state: 'discarded', attempt: 1 })
  expect(await retry(id)).toEqual({ [id]: 'done' })
  const { createdAt, priority, payload, tags } = before as NonNullable<typeof before>
  expect(await find(engine().db, id)).toMatchObject({
    ...{ state: 'available', attempt: 0, maxAttempts: 3, queue: 'q', createdAt, priority, payload, tags },
    error: { message: 'no' },
  })
  expect(await engine().value('select count(*)::int from background.finished')).toBe(0)
  const { runs } = await engine().claimQueues(await engine().worker())
  expect(runs[0]?.jobs).toMatchObject([{ id, attempt: 1, maxAttempts: 3 }])
})

test('a completed and a cancelled one too', async () => {
  const [a, b] = (await engine().enqueue({}, { delay: 60_000 })) as [string, string]
  const worker = await engine().worker()
  const jobs = await engine().claim(worker)
  await engine().complete(worker, jobs, {}, closingOf(...jobs))
  await cancelJobs(engine().db, [b], 'x', { keep: 60, byTask: {} })
  expect(await retry(a, b)).toEqual({ [a]: 'done', [b]: 'done' })
  expect((await engine().claim(worker)).map(job => job.id)).toEqual([a, b])
})

test('one that waits for its time is due now, with the attempts it has used; one that is due stays', async () => {
  const [a, b, c] = (await engine().enqueue({}, { delay: 60_000 }, { delay: 60_000, queue: 'q' })) as string[]
  const worker = await engine().worker()
  const jobs = await engine().claim(worker)
  await engine().fail(worker, jobs, {}, closingOf(...jobs))
  const [due] = (await engine().enqueue({})) as [string]
  const before = await engine().query('select * from background.ready')
  const ids = [a, b, c, due] as string[]
  expect(await retry(...ids)).toEqual(Object.fromEntries(ids.map(id => [id, 'done'])))
  expect(await engine().query('select * from background.ready where id = $1', [due])).toEqual(before)
  expect(await find(engine().db, a as string)).toMatchObject({ state: 'available', attempt: 1 })
  expect(await find(engine().db, c as string)).toMatchObject({ state: 'available', queue: 'q' })
})

test('a running job is left alone, and of others nothing is known', async () => {
  const [id] = (await engine().enqueue({})) as [string]
  await engine().claim(await engine().worker())
  expect(await retry(id, '999')).toEqual({ [id]: 'running', 999: 'missing' })
})

test('it has its key back, unless another job has it by now', async () => {
  const a = await engine().keyed({})
  await end(a)
  await retry(a)
  expect(await find(engine().db, a)).toMatchObject({ key: 'k' })
  expect(await engine().keyed({ payload: '[1]' })).toBe(a)
  await end(a)
  const b = await engine().keyed({ delay: 60_000 })
  await retry(a)
  expect(await find(engine().db, a)).toMatchObject({ state: 'available', key: undefined })
  expect(await engine().value('select key from background.job where id = $1', [a])).toBeNull()
  expect(await engine().keyed({ payload: '[2]', delay: 60_000 })).toBe(b)
})

test('while a transaction is giving its key to another job it comes back without, and waits for nobody', async () => {
  const a = await engine().keyed({})
  await end(a)
  const client = new pg.Client(engine().url)
  await client.connect()
  onTestFinished(() => client.end())
  await client.query('begin')
  const args = `'k', 'replace', 'A', '{}', null, now(), 0::smallint, 25::smallint, null`
  await client.query(`select background.schedule_keyed(${args})`)
  expect(await retry(a)).toEqual({ [a]: 'done' })
  await client.query('commit')
  expect(await find(engine().db, a)).toMatchObject({ state: 'available', key: undefined })
})

test('one that a transaction is bringing back is passed over, and has its key when that was undone', async () => {
  const a = await engine().keyed({})
  await end(a)
  const other = engine().connect()
  await other.run({ name: '', text: 'begin' }, [])
  await retryJobs(other, [a])
  expect(await retry(a)).toEqual({ [a]: 'busy' })
  await other.run({ name: '', text: 'rollback' }, [])
  expect(await retry(a)).toEqual({ [a]: 'done' })
  expect(await find(engine().db, a)).toMatchObject({ state: 'available', key: 'k' })
})

test('two jobs that had the same key come back, one of them with it', async () => {
  const a = await engine().keyed({})
  await end(a)
  const b = await engine().keyed({})
  await end(b)
  expect(await retry(a, b)).toEqual({ [a]: 'done', [b]: 'done' })
  expect(await engine().column('select key from background.jobs order by key')).toEqual(['k', null])
})

test('who cancelled it in a former life does not cancel it again', async () => {
  const [id] = (await engine().enqueue({})) as [string]
  const worker = await engine().worker()
  const jobs = await engine().claim(worker)
  await cancelJobs(engine().db, [id], 'x', { keep: 60, byTask: {} })
  await engine().complete(worker, jobs, {}, closingOf(...jobs))
  await retry(id)
  expect(await engine().value('select count(*)::int from background.cancellation')).toBe(0)
})

test('many who retry the same job at once bring it back once', async () => {
  const id = await discarded()
  const connections = Array.from({ length: 5 }, () => engine().connect())
  const answers = await Promise.all(connections.map(connection => retryJobs(connection, [id])))
  const told = answers.flat().map(({ standing }) => standing)
  expect(told).toContain('done')
  expect(told.filter(standing => standing !== 'done' && standing !== 'busy')).toEqual([])
  expect(await engine().column('select id from background.job')).toEqual([id])
})
