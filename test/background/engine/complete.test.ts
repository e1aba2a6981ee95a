import { expect, test } from 'vitest'
import { abandon } from '../../../background/engine/abandon.ts'
import type { ClaimedJob } from '../../../background/engine/claimed-job.ts'
import { complete } from '../../../background/engine/complete.ts'
import { rescue } from '../../../background/engine/rescue.ts'
import { retryJobs } from '../../../background/engine/retry.ts'
import { newId } from '../../../background/id.ts'
import { closingOf, useEngine } from '../../support/engine.ts'

const engine = useEngine()

async function claimed(count: number, job = {}) {
  await engine().enqueue(...Array.from({ length: count }, () => job))
  const worker = await engine().worker()
  return { worker, jobs: await engine().claim(worker) }
}

const left = () => engine().column('select id from background.job order by id')

test('a completed job is gone and its history tells how it was', async () => {
  const { worker, jobs } = await claimed(1, { payload: '[9007199254740993]', tags: ['a'], priority: 3 })
  const [job] = jobs
  await engine().query('update background.job set attempt = 2')
  const done = await engine().complete(worker, jobs, { ms: 12.6, keep: 3_600, result: '{"n":1e400}' })
  expect(done).toEqual([job?.id])
  expect(await left()).toEqual([])
  const [kept] = await engine().query(`
    select id, state, task, priority, attempt, ms, tags, payload::text, result::text, error,
           extract(epoch from expires_at - finished_at)::int as keep from background.history`)
  expect(kept).toEqual({
    ...{ id: job?.id, state: 'completed', task: 'A', priority: 3, attempt: 3, ms: 13, tags: ['a'] },
    ...{ payload: '[9007199254740993]', result: '{"n":1e400}', error: null, keep: 3_600 },
  })
})

test('some results, some none, and null is none', async () => {
  const { worker, jobs } = await claimed(3)
  const results = ['"\\u0000"', undefined, 'null']
  const entries = jobs.map(({ claim, id }, n) => ({ claim, id, ms: 1, keep: 60, result: results[n] }))
  await engine().db.run(...complete(worker, entries, closingOf(...jobs)))
  expect(await engine().column('select result::text from background.finished order by id')).toEqual([
    '"\\u0000"',
    null,
    null,
  ])
})

test('what is not to be kept leaves no history', async () => {
  const { worker, jobs } = await claimed(2)
  const keep = [0, 60]
  const entries = jobs.map(({ claim, id }, n) => ({ claim, id, ms: 1, keep: keep[n] as number }))
  await engine().db.run(...complete(worker, entries, closingOf(...jobs)))
  expect(await engine().column('select id from background.finished')).toEqual([jobs[1]?.id])
  expect(await left()).toEqual([])
})

test('the longest times that anybody may ask for', async () => {
  const { worker, jobs } = await claimed(1)
  const century = 36_500 * 86_400
  expect(await engine().complete(worker, jobs, { ms: century * 1_000, keep: century })).toEqual([jobs[0]?.id])
})

test('a job is completed once', async () => {
  const { worker, jobs } = await claimed(2)
  expect((await engine().complete(worker, jobs)).length).toBe(2)
  expect(await engine().complete(worker, jobs, {}, closingOf(...jobs))).toEqual([])
  expect(await engine().value('select count(*)::int from background.finished')).toBe(2)
})

test('another worker completes nothing, nor does it end the claim', async () => {
  const { jobs } = await claimed(2)
  const other = await engine().worker()
  expect(await engine().complete(other, jobs, {}, closingOf(...jobs))).toEqual([])
  expect((await left()).length).toBe(2)
})

test('nor does the owner under another claim', async () => {
  const { worker, jobs } = await claimed(1)
  const others = jobs.map(job => ({ ...job, claim: newId() }))
  expect(await engine().complete(worker, others)).toEqual([])
  expect((await left()).length).toBe(1)
})

test('nor after the claim was abandoned', async () => {
  const { worker, jobs } = await claimed(2)
  await abandon(engine().db, worker, [jobs[0]?.claim as string])
  expect(await engine().complete(worker, jobs, {}, closingOf(...jobs))).toEqual([])
  expect(await engine().value('select count(*)::int from background.ready')).toBe(2)
})

test('nor after a rescue, also when another worker has the jobs by then', async () => {
  const { worker, jobs } = await claimed(2)
  await engine().expire(worker)
  await rescue(engine().db, 60)
  expect(await engine().complete(worker, jobs, {}, closingOf(...jobs))).toEqual([])
  const other = await engine().worker()
  const again = await engine().claim(other)
  expect(await engine().complete(worker, jobs, {}, closingOf(...jobs))).toEqual([])
  expect((await engine().complete(other, again)).length).toBe(2)
})

test('the last report ends the claim and frees the slots of its jobs, and only those', async () => {
  await engine().enqueue({ queue: 'a' }, { queue: 'b' })
  const worker = await engine().worker()
  const { runs } = await engine().claimQueues(worker)
  const [a, b] = runs
  await engine().complete(worker, a?.jobs ?? [], {}, { claims: [], slots: [a as never] })
  expect(await engine().column('select queue from background.slot')).toEqual(['b'])
  expect(await engine().value('select count(*)::int from background.claim')).toBe(1)
  await engine().complete(worker, b?.jobs ?? [], {}, { claims: [b?.claim as string], slots: [b as never] })
  expect(await engine().value('select count(*)::int from background.slot')).toBe(0)
  expect(await engine().value('select count(*)::int from background.claim')).toBe(0)
})

test('a slot that somebody else has by now stays taken', async () => {
  await engine().enqueue({ queue: 'a' }, { queue: 'a' })
  const worker = await engine().worker()
  const { runs: old } = await engine().claimQueues(worker, { perSlot: 1 })
  await engine().expire(worker)
  await rescue(engine().db, 60)
  const other = await engine().worker()
  const { runs } = await engine().claimQueues(other, { perSlot: 1 })
  await engine().complete(worker, [], {}, { claims: [], slots: old })
  expect(await engine().column('select claim_id from background.slot')).toEqual([runs[0]?.claim])
})

test('its key is free again; one that names another job stays', async () => {
  const old = await engine().keyed({})
  const worker = await engine().worker()
  const first = await engine().claim(worker)
  const next = await engine().keyed({})
  expect(await engine().complete(worker, first, {}, closingOf(...first))).toEqual([old])
  expect(await engine().column('select job_id from background.job_key')).toEqual([next])
  const second = await engine().claim(worker)
  await engine().complete(worker, second, {}, closingOf(...second))
  expect(await engine().column('select job_id from background.job_key')).toEqual([])
})

test('a completion and a rescue that meet: exactly one of them has the job', async () => {
  for (let round = 0; round < 20; round++) {
    const { worker, jobs } = await claimed(3)
    await engine().expire(worker)
    const [done, rescued] = await Promise.all([
      engine().complete(worker, jobs, {}, closingOf(...jobs)),
      rescue(engine().connect(), 60),
    ])
    expect([done.length, rescued.length]).toEqual(done.length > 0 ? [3, 0] : [0, 3])
    await engine().query('delete from background.ready')
    await engine().query('delete from background.job')
  }
})

test('a report that names jobs of others completes none of them, whatever it says of the claim', async () => {
  const mine = await claimed(2)
  const theirs = await claimed(1)
  const [first, second] = mine.jobs as [ClaimedJob, ClaimedJob]
  const [other] = theirs.jobs as [ClaimedJob]
  expect(await engine().complete(mine.worker, [first, { ...other, claim: first.claim }])).toEqual([first.id])
  expect(await engine().complete(mine.worker, [{ ...second, claim: other.claim }])).toEqual([])
  expect(await left()).toEqual([second.id, other.id])
})

test('nor jobs of another claim of the same worker', async () => {
  const worker = await engine().worker()
  await engine().enqueue({}, {})
  const [first] = (await engine().claim(worker, { limit: 1 })) as [ClaimedJob]
  const [second] = (await engine().claim(worker, { limit: 1 })) as [ClaimedJob]
  const swapped = [
    { ...first, claim: second.claim },
    { ...second, claim: first.claim },
  ]
  expect(await engine().complete(worker, swapped)).toEqual([])
  expect(await left()).toEqual([first.id, second.id])
})

test.each([
  ['here', async (id: string) => void (await retryJobs(engine().db, [id]))],
  ['in SQL', async (id: string) => void (await engine().query('select background.retry_jobs($1)', [[id]]))],
])(
  'a job that was brought back %s belongs to nobody, also when its old claim has other jobs',
  async (_, retry) => {
    const { worker, jobs } = await claimed(2)
    const [first, second] = jobs as [ClaimedJob, ClaimedJob]
    await engine().complete(worker, [first])
    await retry(first.id)
    expect(await engine().column('select state from background.jobs order by id')).toEqual([
      'available',
      'running',
    ])
    expect(await engine().complete(worker, [first])).toEqual([])
    const other = await engine().worker()
    expect((await engine().claim(other)).map(job => job.id)).toEqual([first.id])
    await engine().expire(worker)
    expect(await rescue(engine().db, 60)).toMatchObject([{ id: second.id }])
  },
)
