import { expect, test } from 'vitest'
import { promote } from '../../../background/engine/promote.ts'
import { rescue } from '../../../background/engine/rescue.ts'
import { closingOf, useEngine } from '../../support/engine.ts'

const engine = useEngine()

async function claimed(count: number, job = {}) {
  await engine().enqueue(...Array.from({ length: count }, () => job))
  const worker = await engine().worker()
  return { worker, jobs: await engine().claim(worker) }
}

const ERROR = '{"name":"Error","message":"no \\" \\\\ é 🦊"}'

test('a retry waits in deferred, one attempt older and with its error', async () => {
  const { worker, jobs } = await claimed(1)
  expect(await engine().fail(worker, jobs, { again: 60_000, error: ERROR })).toEqual([jobs[0]?.id])
  const [job] = await engine().query(`
    select state, attempt, error, extract(epoch from run_at - clock_timestamp()) between 55 and 60 as soon
      from background.jobs`)
  expect(job).toEqual({ state: 'retryable', attempt: 1, error: JSON.parse(ERROR), soon: true })
  expect(await engine().value('select count(*)::int from background.deferred')).toBe(1)
})

test('a retry at a time of its own', async () => {
  const { worker, jobs } = await claimed(1)
  const again = new Date('2100-01-02T03:04:05.678Z')
  await engine().fail(worker, jobs, { again, error: ERROR })
  expect(await engine().value('select run_at from background.job')).toEqual(again)
})

test('a time in the past is due at once', async () => {
  const { worker, jobs } = await claimed(1)
  await engine().fail(worker, jobs, { again: new Date(0) })
  expect(await promote(engine().db, { limit: 10, keep: 60 })).toMatchObject({ count: 1 })
  expect((await engine().claim(worker)).map(job => job.attempt)).toEqual([2])
})

test('the last attempt ends the job, and its history has the error', async () => {
  const { worker, jobs } = await claimed(1)
  await engine().fail(worker, jobs, { again: null, error: ERROR, keep: 3_600, ms: 7 })
  expect(await engine().value('select count(*)::int from background.job')).toBe(0)
  const [kept] = await engine().query('select state, attempt, ms, error, result from background.history')
  expect(kept).toEqual({ state: 'discarded', attempt: 1, ms: 7, error: JSON.parse(ERROR), result: null })
})

test('a cancelled one ends as such; one that is not kept leaves nothing', async () => {
  const { worker, jobs } = await claimed(2)
  const [one, two] = jobs
  await engine().fail(worker, [one as never], { again: null, state: 'cancelled', error: ERROR })
  await engine().fail(worker, [two as never], { again: null, state: 'cancelled', error: ERROR, keep: 0 })
  expect(await engine().query('select id, state from background.history')).toEqual([
    { id: one?.id, state: 'cancelled' },
  ])
})

test('a snooze counts no attempt and keeps the last error', async () => {
  const { worker, jobs } = await claimed(1)
  await engine().fail(worker, jobs, { again: 0, error: ERROR })
  await engine().letDue()
  const again = await engine().claim(worker)
  await engine().fail(worker, again, { again: 60_000, counts: false })
  expect(await engine().query('select attempt, error, state from background.jobs')).toEqual([
    { attempt: 1, error: JSON.parse(ERROR), state: 'retryable' },
  ])
})

test('twice is once', async () => {
  const { worker, jobs } = await claimed(2)
  expect((await engine().fail(worker, jobs)).length).toBe(2)
  expect(await engine().fail(worker, jobs)).toEqual([])
  expect(await engine().column('select attempt from background.job')).toEqual([1, 1])
})

test('twice is once also when the job was claimed again meanwhile', async () => {
  const { worker, jobs } = await claimed(2)
  const [first] = jobs
  await engine().fail(worker, [first as never], { again: 0 })
  await engine().letDue()
  const [again] = await engine().claim(worker)
  expect(again).toMatchObject({ id: first?.id, attempt: 2 })
  expect(await engine().fail(worker, [first as never], { again: null })).toEqual([])
  expect((await engine().fail(worker, [again as never])).length).toBe(1)
})

test('a failed job leaves its claim, the others stay', async () => {
  const { worker, jobs } = await claimed(3)
  await engine().fail(worker, [jobs[1] as never])
  expect(await engine().value('select ids from background.claim')).toEqual([jobs[0]?.id, jobs[2]?.id])
  await engine().complete(worker, [jobs[0] as never])
  await engine().fail(worker, [jobs[2] as never], {}, closingOf(...jobs))
  expect(await engine().value('select count(*)::int from background.claim')).toBe(0)
})

test('jobs of several claims in one statement, each with an outcome of its own', async () => {
  const worker = await engine().worker()
  await engine().enqueue({}, {}, {})
  const jobs = [
    ...(await engine().claim(worker, { limit: 1 })),
    ...(await engine().claim(worker, { limit: 1 })),
    ...(await engine().claim(worker, { limit: 1 })),
  ]
  expect((await engine().fail(worker, jobs, {}, closingOf(...jobs))).length).toBe(3)
  expect(await engine().value('select count(*)::int from background.claim')).toBe(0)
})

test('neither another worker nor one that was rescued from fails anything', async () => {
  const { worker, jobs } = await claimed(2)
  const other = await engine().worker()
  expect(await engine().fail(other, jobs, {}, closingOf(...jobs))).toEqual([])
  expect(await engine().value('select count(*)::int from background.claim')).toBe(1)
  await engine().expire(worker)
  await rescue(engine().db, 60)
  expect(await engine().fail(worker, jobs, {}, closingOf(...jobs))).toEqual([])
  expect(await engine().column('select attempt from background.job')).toEqual([0, 0])
})

test('an ended job frees its key, a retry keeps it', async () => {
  const id = await engine().keyed({})
  const worker = await engine().worker()
  const first = await engine().claim(worker)
  await engine().fail(worker, first, { again: 0 }, closingOf(...first))
  expect(await engine().column('select job_id from background.job_key')).toEqual([id])
  await engine().letDue()
  const second = await engine().claim(worker)
  await engine().fail(worker, second, { again: null }, closingOf(...second))
  expect(await engine().column('select job_id from background.job_key')).toEqual([])
})

test('the longest times that anybody may ask for', async () => {
  const { worker, jobs } = await claimed(2)
  const century = 36_500 * 86_400
  const most = { ms: century * 1_000, keep: century }
  expect((await engine().fail(worker, [jobs[0] as never], { ...most, again: century * 1_000 })).length).toBe(
    1,
  )
  expect((await engine().fail(worker, [jobs[1] as never], { ...most, again: null })).length).toBe(1)
})

test('in a queue a retry lets those behind it go first, and its slot is freed with it', async () => {
  const [first, second] = await engine().enqueue({ queue: 'q' }, { queue: 'q' })
  const worker = await engine().worker()
  const { runs } = await engine().claimQueues(worker, { perSlot: 1 })
  expect(runs[0]?.jobs.map(job => job.id)).toEqual([first])
  await engine().fail(worker, runs[0]?.jobs ?? [], {}, { claims: [runs[0]?.claim as string], slots: runs })
  const { runs: next } = await engine().claimQueues(worker)
  expect(next[0]?.jobs.map(job => job.id)).toEqual([second])
})

test('of a batch only the given items stay, each with the text it was given', async () => {
  const { worker, jobs } = await claimed(2, { payload: '[1.0, {"b": [2]},"3",4]' })
  const [one, two] = jobs as [never, never]
  await engine().fail(worker, [one], { items: [2, 3] })
  await engine().fail(worker, [two], { items: [4], again: null })
  expect(await engine().value('select payload::text from background.job')).toBe('[{"b": [2]},"3"]')
  expect(await engine().value('select payload::text from background.history')).toBe('[4]')
})

test.each([
  ['both are batches', '[1]', '[2]', true],
  ['it is one and the other is not', '[1]', '{}', false],
  ['the other one is', '{}', '[2]', false],
])(
  'a job that lost its key while it ran is retried only if both are batches: %s',
  async (_, mine, other, returns) => {
    const id = await engine().keyed({ payload: mine })
    const worker = await engine().worker()
    const claimed = await engine().claim(worker)
    const next = await engine().keyed({ payload: other })
    await engine().fail(worker, claimed, { again: 0 })
    const left = await engine().column('select id from background.job order by id')
    expect(left).toEqual(returns ? [id, next] : [next])
  },
)

test('a batch is retried also when the one that took its key is done', async () => {
  const id = await engine().keyed({ payload: '[1]' })
  const worker = await engine().worker()
  const first = await engine().claim(worker)
  await engine().keyed({ payload: '[2]' })
  const second = await engine().claim(worker)
  await engine().complete(worker, second, {}, closingOf(...second))
  await engine().fail(worker, first, { again: 0 })
  expect(await engine().column('select id from background.job')).toEqual([id])
})
