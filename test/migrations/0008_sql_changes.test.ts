import { describe, expect, test } from 'vitest'
import type { ClaimedJob } from '../../background/engine/claimed-job.ts'
import { rescue } from '../../background/engine/rescue.ts'
import { rest } from '../../background/engine/rest.ts'
import { closingOf, useEngine } from '../support/engine.ts'
import { hearing } from '../support/hearing.ts'
import { oneOfEach } from '../support/one-of-each.ts'
import { openTransaction } from '../support/open-transaction.ts'

const engine = useEngine()

type Seen = Record<string, unknown> & { readonly id: string }
const call = (text: string, values: unknown[] = []) =>
  engine().query<Seen>(`select * from background.${text}`, values)
const jobs = () => engine().query<Seen>('select * from background.jobs order by id')
const history = () => engine().query<Seen>('select * from background.history order by id')
const later = { delay: 3_600_000 }

describe('reschedule_jobs', () => {
  test('changes what is given, and nothing else; 0 is a value', async () => {
    const { waiting, all } = await oneOfEach(engine())
    const before = await jobs()
    const rows = await call(
      `reschedule_jobs($1, run_at => '2099-01-01', priority => 0, attempts => 0, max_attempts => 3)`,
      [all],
    )
    expect(rows.map(row => row.id)).toEqual(waiting)
    const change = {
      run_at: new Date('2099-01-01T00:00:00Z'),
      priority: 0,
      attempt: 0,
      max_attempts: 3,
      state: 'scheduled',
    }
    expect(await jobs()).toEqual(before.map(job => (job.state === 'running' ? job : { ...job, ...change })))
  })

  test('null leaves everything as it is', async () => {
    const { waiting } = await oneOfEach(engine())
    const before = await jobs()
    expect((await call('reschedule_jobs($1)', [waiting])).length).toBe(waiting.length)
    expect(await jobs()).toEqual(before)
  })

  test('a job that waits is tried once more, also when its attempts are used up', async () => {
    const [id] = (await engine().enqueue({ maxAttempts: 3 })) as [string]
    expect(await call('reschedule_jobs($1, attempts => 3)', [[id]])).toMatchObject([{ id, attempt: 3 }])
    const [job] = await engine().claim(await engine().worker())
    expect(job).toMatchObject({ id, attempt: 4, maxAttempts: 3 })
  })

  test('what is due now can be claimed now', async () => {
    const [id] = (await engine().enqueue(later)) as [string]
    await call('reschedule_jobs($1, now())', [[id]])
    expect((await engine().claim(await engine().worker())).map(job => job.id)).toEqual([id])
  })

  test.each([
    [`run_at => 'infinity'`, 'run_at is infinity'],
    ['priority => 40000', 'priority is 40000'],
    ['attempts => -1', 'attempts is -1'],
    ['attempts => 32767', 'attempts is 32767'],
    ['max_attempts => 0', 'max_attempts is 0'],
  ])('%s is refused, and nothing is changed', async (change, message) => {
    const [id] = (await engine().enqueue({})) as [string]
    const before = await jobs()
    await expect(call(`reschedule_jobs($1, ${change})`, [[id]])).rejects.toMatchObject({
      code: 'KB001',
      message,
    })
    expect(await jobs()).toEqual(before)
  })
})

describe('retry_jobs', () => {
  test('makes jobs due that wait for their time', async () => {
    const { waiting, all } = await oneOfEach(engine())
    const rows = await call('retry_jobs($1)', [all])
    expect(rows.map(row => [row.id, row.state])).toEqual(waiting.map(id => [id, 'available']))
    expect(rows[0]).toMatchObject({ attempt: 1, error: { message: 'no' } })
  })

  test.each(['complete_jobs', 'permanently_fail_jobs', 'cancel_job'])(
    'brings back jobs that %s ended, as they were',
    async end => {
      const id = await engine().keyed({
        queue: 'q',
        priority: 3,
        maxAttempts: 7,
        tags: ['t'],
        flags: ['f'],
        payload: '[1]',
      })
      const [before] = await jobs()
      await call(`${end}(${end === 'cancel_job' ? id : `'{${id}}'`})`)
      expect(await jobs()).toEqual([])
      const [row] = await call('retry_jobs($1)', [[id]])
      expect(row).toEqual({ ...before, run_at: row?.run_at, error: row?.error })
      expect(await jobs()).toEqual([row])
      expect(await history()).toEqual([])
      expect(await engine().keyed({}, 'unsafe_dedupe')).toBe(id)
    },
  )

  test('a job comes back without its key when another has that by now', async () => {
    const id = await engine().keyed({})
    await call('complete_jobs($1)', [[id]])
    const other = await engine().keyed({})
    expect(await call('retry_jobs($1)', [[id]])).toMatchObject([{ id, key: null }])
    expect(await engine().keyed({}, 'unsafe_dedupe')).toBe(other)
  })

  test('what a worker discarded runs again, with all its attempts', async () => {
    const worker = await engine().worker()
    const [id] = (await engine().enqueue({ maxAttempts: 1 })) as [string]
    const claimed = await engine().claim(worker)
    await engine().fail(worker, claimed, { again: null }, closingOf(...claimed))
    expect(await call('retry_jobs($1)', [[id]])).toMatchObject([
      { id, attempt: 0, max_attempts: 1, state: 'available' },
    ])
    expect((await engine().claim(worker)).map(job => job.id)).toEqual([id])
  })

  test('in a transaction that stays open it holds up no worker that still has others of that claim', async () => {
    const worker = await engine().worker()
    await engine().enqueue({}, {}, {})
    const [done, first, second] = (await engine().claim(worker)) as [ClaimedJob, ClaimedJob, ClaimedJob]
    await engine().complete(worker, [done])
    const app = await openTransaction(engine().url)
    const retry = `select id, state, worker_id from background.retry_jobs('{${done.id}}')`
    const waiting = { rows: [{ id: done.id, state: 'available', worker_id: null }] }
    expect(await app.query(retry)).toMatchObject(waiting)
    expect(await app.query(retry)).toMatchObject(waiting)
    expect(await engine().fail(worker, [first])).toEqual([first.id])
    await app.commit()
    expect(await engine().column('select ids from background.claim')).toEqual([[second.id]])
    expect((await engine().claim(worker)).map(job => job.id)).toEqual([done.id])
    expect(await engine().column('select job_id from background.revival')).toEqual([])
  })

  test('the claim may be closed meanwhile', async () => {
    const worker = await engine().worker()
    await engine().enqueue({}, {})
    const [done, other] = (await engine().claim(worker)) as [ClaimedJob, ClaimedJob]
    await engine().complete(worker, [done])
    const app = await openTransaction(engine().url)
    await app.query(`select background.retry_jobs('{${done.id}}')`)
    expect(await engine().complete(worker, [other], {}, closingOf(other))).toEqual([other.id])
    await app.commit()
    expect((await engine().claim(worker)).map(job => job.id)).toEqual([done.id])
  })
})

test('force_unlock_workers ends leases by id or by name, so that others have the jobs', async () => {
  const [one, two, three] = [await engine().worker(), await engine().worker(), await engine().worker()]
  await engine().query(`update background.worker set name = 'host.7' where id = $1`, [two])
  await engine().enqueue({}, {}, {})
  for (const worker of [one, two, three]) await engine().claim(worker, { limit: 1 })
  expect(
    await engine().value(`select background.force_unlock_workers(array[$1, 'host.7', 'nobody'])`, [one]),
  ).toBe(2)
  expect((await rescue(engine().db, 60)).length).toBe(2)
  expect(await engine().column('select id from background.worker')).toEqual([three])
})

describe('queues', () => {
  const settings = () =>
    engine().query('select name, paused_by, paused_reason, concurrency from background.queue')

  test('a paused queue gives no jobs until it is resumed, and keeps nothing after that', async () => {
    await engine().enqueue({ queue: 'q' }, { queue: 'r' })
    expect(await engine().value(`select background.pause_queue('q', 'the provider is down')`)).toBe(true)
    expect(await engine().value(`select background.pause_queue('q')`)).toBe(false)
    expect(await settings()).toMatchObject([
      { name: 'q', paused_by: 'postgres', paused_reason: 'the provider is down' },
    ])
    const worker = await engine().worker()
    expect((await engine().claimQueues(worker)).runs.map(run => run.queue)).toEqual(['r'])
    expect(await engine().value(`select background.resume_queue('q')`)).toBe(true)
    expect(await engine().value(`select background.resume_queue('q')`)).toBe(false)
    expect(await settings()).toEqual([])
    expect((await engine().claimQueues(worker)).runs.map(run => run.queue)).toEqual(['q'])
  })

  test('a reason has up to 1,000 characters, as in TypeScript', async () => {
    await expect(call(`pause_queue('q', repeat('x', 1001))`)).rejects.toMatchObject({
      code: 'KB001',
      hint: 'reason is text of 1 to 1000 characters, without control characters',
    })
    expect(await settings()).toEqual([])
    expect(await engine().value(`select background.pause_queue('q', repeat('x', 1000))`)).toBe(true)
  })

  test('a queue keeps its concurrency', async () => {
    await engine().query(`insert into background.queue (name, concurrency) values ('q', 5)`)
    await engine().query(`select background.pause_queue('q')`)
    await engine().query(`select background.resume_queue('q')`)
    expect(await settings()).toMatchObject([{ name: 'q', paused_by: null, concurrency: 5 }])
  })

  test.each([`''`, 'null', `repeat('x', 129)`])('a queue cannot be called %s', async name => {
    await expect(call(`pause_queue(${name})`)).rejects.toMatchObject({ code: 'KB001' })
    expect(await settings()).toEqual([])
  })
})

test('workers that rest are woken for what is due now', async () => {
  await rest(engine().connect(), [0])
  const [id] = (await engine().enqueue(later)) as [string]
  const ear = await hearing(engine())
  await call('reschedule_jobs($1, now())', [[id]])
  await ear.until(rings => rings.length === 1)
  await call('retry_jobs($1)', [[id]])
  await ear.until(rings => rings.length === 2)
})
