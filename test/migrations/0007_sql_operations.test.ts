import { describe, expect, test } from 'vitest'
import { closingOf, useEngine } from '../support/engine.ts'
import { hearing } from '../support/hearing.ts'
import { oneOfEach } from '../support/one-of-each.ts'

const engine = useEngine()

type Seen = Record<string, unknown> & { readonly id: string }
const call = (text: string, values: unknown[] = []) =>
  engine().query<Seen>(`select * from background.${text}`, values)
const jobs = () => engine().query<Seen>('select * from background.jobs order by id')
const history = () => engine().query<Seen>('select * from background.history order by id')

describe('complete_jobs', () => {
  test('makes jobs that wait count as done, and passes over those that run', async () => {
    const { waiting, running, all } = await oneOfEach(engine())
    const rows = await call('complete_jobs($1)', [[...all, '999']])
    expect(rows.map(row => row.id)).toEqual(waiting)
    expect(rows.map(row => row.state)).toEqual(waiting.map(() => 'completed'))
    expect((await jobs()).map(job => [job.id, job.state])).toEqual([[running, 'running']])
    expect((await history()).map(job => [job.id, job.state, job.attempt])).toEqual(
      waiting.map((id, n) => [id, 'completed', n === 0 ? 1 : 0]),
    )
  })

  test('frees their keys, and those of nobody else', async () => {
    const id = await engine().keyed({})
    expect(await call('complete_jobs($1)', [[id]])).toMatchObject([{ id, key: 'k' }])
    expect(await engine().keyed({})).not.toBe(id)
  })

  test.each(['complete_jobs', 'permanently_fail_jobs', 'reschedule_jobs', 'retry_jobs'])(
    '%s of no job does nothing',
    async name => {
      expect(await call(`${name}('{}')`)).toEqual([])
      expect(await call(`${name}(null)`)).toEqual([])
    },
  )
})

test('permanently_fail_jobs discards jobs that wait, with a reason', async () => {
  const { waiting, all } = await oneOfEach(engine())
  const rows = await call('permanently_fail_jobs($1)', [all])
  expect(rows.map(row => [row.id, row.state])).toEqual(waiting.map(id => [id, 'discarded']))
  const [failed, due] = await history()
  expect(failed?.error).toEqual({
    ...{ name: 'DiscardJob', message: 'Manually marked as failed', cause: { message: 'no' } },
  })
  expect(due?.error).toEqual({ name: 'DiscardJob', message: 'Manually marked as failed' })
  const [another] = await engine().enqueue({})
  await call(`permanently_fail_jobs($1, 'the shop is closed')`, [[another]])
  expect((await history()).at(-1)).toMatchObject({ error: { message: 'the shop is closed' } })
})

describe('cancel_job', () => {
  test('cancels a job that waits', async () => {
    const { waiting } = await oneOfEach(engine())
    for (const id of waiting)
      expect(await call('cancel_job($1)', [id])).toMatchObject([{ id, state: 'cancelled' }])
    expect((await history()).map(job => job.state)).toEqual(waiting.map(() => 'cancelled'))
  })

  test('leaves word for the worker of one that runs', async () => {
    const { running } = await oneOfEach(engine())
    const ear = await hearing(engine())
    for (let n = 0; n < 2; n++)
      expect(await call('cancel_job($1)', [running])).toMatchObject([{ id: running, state: 'running' }])
    expect(await engine().column('select job_id from background.cancellation')).toEqual([running])
    await ear.until(rings => rings.includes('cancel'))
  })

  test('knows nothing of jobs that are not there', async () => {
    expect(await call('cancel_job(999)')).toEqual([])
  })
})

describe('remove_job', () => {
  test('deletes a job that waits, by its id or by its key, and leaves no history', async () => {
    const { waiting } = await oneOfEach(engine())
    for (const id of waiting) expect(await call('remove_job($1::bigint)', [id])).toMatchObject([{ id }])
    const id = await engine().keyed({})
    expect(await call(`remove_job('k')`)).toMatchObject([{ id, key: 'k', state: 'available' }])
    expect((await jobs()).length).toBe(1)
    expect(await history()).toEqual([])
    expect(await engine().keyed({})).not.toBe(id)
  })

  test('answers with no row when there is none', async () => {
    expect(await call(`remove_job('k')`)).toEqual([])
    expect(await call('remove_job(null::text)')).toEqual([])
    expect(await call('remove_job(999)')).toEqual([])
  })

  test.each([
    ['its key', `remove_job('k')`],
    ['its id', 'remove_job((select id from background.job))'],
  ])('one that runs, found by %s, loses its key and is not tried again', async (_, remove) => {
    const id = await engine().keyed({ payload: '[1]' })
    const worker = await engine().worker()
    const claimed = await engine().claim(worker)
    expect(await call(remove)).toMatchObject([{ id, state: 'running', key: null }])
    const next = await engine().keyed({})
    expect(next).not.toBe(id)
    expect(await engine().fail(worker, claimed, {}, closingOf(...claimed))).toEqual([id])
    expect((await jobs()).map(job => job.id)).toEqual([next])
    expect(await history()).toMatchObject([{ id, state: 'discarded' }])
    expect(await call('retry_jobs($1)', [[id]])).toMatchObject([{ id }])
    expect(await engine().column('select job_id from background.last_attempt')).toEqual([])
  })
})
