import { expect, test } from 'vitest'
import { cancel, DiscardJob, retryAt, snooze } from '../../../background/outcome.ts'
import { task } from '../../../background/task.ts'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { openTransaction } from '../../support/open-transaction.ts'
import { gate, useWorkers } from '../../support/worker.ts'

const engine = useEngine()
const workers = useWorkers(engine)

const left = () => engine().value('select count(*)::int from background.job')
const history = () =>
  engine().query('select task, state, attempt, result, error from background.history order by id')

test('a job is run with its payload and what its task returns is kept', async () => {
  const seen: unknown[] = []
  const Add = ({ a, b }: { a: number; b: number }, { id, attempt }: { id: string; attempt: number }) => {
    seen.push({ id, attempt })
    return { sum: a + b }
  }
  const { worker, told } = await workers.start({ Add })
  const [id] = await engine().enqueue({ task: 'Add', payload: '{"a":1,"b":2}' })
  await worker.untilEmpty()
  expect(seen).toEqual([{ id, attempt: 1 }])
  expect(await history()).toMatchObject([{ state: 'completed', attempt: 1, result: { sum: 3 } }])
  expect(told('job:completed')).toMatchObject([{ job: { id }, result: { sum: 3 } }])
  expect(await engine().value('select count(*)::int from background.claim')).toBe(0)
})

test('an idle worker hears of a new job at once', async () => {
  const done = gate()
  await workers.start({ A: () => done.open() })
  await engine().query('select 1')
  await engine().enqueue({})
  await engine().query(`select pg_notify('background', 'free')`)
  await done.opened
})

test('without notifications it finds it all the same', async () => {
  const done = gate()
  await workers.start({ A: () => done.open() }, { listen: false })
  await engine().enqueue({})
  await done.opened
})

test('what fails is tried again after its backoff, and discarded in the end', async () => {
  const attempts: number[] = []
  const A = task({
    backoff: ['20ms', '40ms'],
    run: (_: object, { attempt }) => {
      attempts.push(attempt)
      throw new TypeError(`no ${attempt}`)
    },
  })
  const { told } = await workers.start({ A })
  await engine().enqueue({ maxAttempts: 3 })
  await engine().query(`select pg_notify('background', 'free')`)
  await eventually(() => told('job:discarded').length === 1)
  expect(attempts).toEqual([1, 2, 3])
  expect(told('job:failed').map(event => event.again)).toEqual([20, 40])
  expect(await history()).toMatchObject([
    { state: 'discarded', attempt: 3, error: { name: 'TypeError', message: 'no 3' } },
  ])
})

/** The pauses between looks have grown: nothing was asked for a while. */
async function looksRarely(): Promise<boolean> {
  const asked = `
    select clock_timestamp() - query_start > interval '1.2 seconds' from pg_stat_activity
     where datname = current_database() and application_name = 'kretes background claims'`
  return (await engine().value(asked)) === true
}

test('a job whose key went to another in the instant it failed is told as discarded, when that is known', async () => {
  const app = await openTransaction(engine().url)
  const id = await engine().keyed({})
  const A = task({
    backoff: 50,
    run: async () => {
      await engine().keyed({ delay: 3_600_000 }, 'replace', app.executor)
      throw new Error('no')
    },
  })
  const { told } = await workers.start({ A })
  await eventually(() => told('job:failed').length === 1)
  await app.commit()
  await eventually(() => told('job:discarded').length === 1, 20_000)
  expect(told('job:discarded')).toMatchObject([
    { job: { id, task: 'A', attempt: 1, maxAttempts: 25 }, reason: expect.stringContaining('key') },
  ])
})

test('a retry comes when it is due, also when the worker has long been idle', async () => {
  const attempts: number[] = []
  const slow = gate()
  const A = task({
    backoff: '50ms',
    run: async (_: object, { attempt }) => {
      attempts.push(performance.now())
      if (attempt > 1) return
      await slow.opened
      throw new Error('no')
    },
  })
  const { told } = await workers.start({ A })
  await engine().enqueue({})
  await eventually(() => attempts.length === 1)
  await eventually(looksRarely)
  slow.open()
  await eventually(() => told('job:completed').length === 1, 1_500)
})

test('a task says how its job ends', async () => {
  const End = async ({ how }: { how: string }, { attempt }: { attempt: number }) => {
    if (attempt > 1) return
    if (how === 'discard') throw new DiscardJob('never', { cause: new Error('gone') })
    if (how === 'cancel') cancel('not \0 wanted \ud800')
    if (how === 'snooze') snooze('1h')
    if (how === 'in') retryAt('2h', new Error('later'))
    if (how === 'at') retryAt(new Date('2100-01-01'))
  }
  const { worker, told } = await workers.start({ End })
  const payloads = ['discard', 'cancel', 'snooze', 'in', 'at'].map(how => `{"how":"${how}"}`)
  await engine().enqueue(...payloads.map(payload => ({ task: 'End', payload })))
  await worker.untilEmpty()
  expect(await history()).toMatchObject([
    { state: 'discarded', attempt: 1, error: { message: 'gone' } },
    { state: 'cancelled', attempt: 1, error: { message: 'not  wanted \ufffd' } },
  ])
  const waiting = await engine().query(`
    select attempt, round(extract(epoch from run_at - now()) / 3600)::int as hours, extract(year from run_at at time zone 'utc')::int as year
      from background.job order by id`)
  expect(waiting).toMatchObject([
    { attempt: 0, hours: 1 },
    { attempt: 1, hours: 2 },
    { attempt: 1, year: 2100 },
  ])
  expect(told('job:discarded')).toMatchObject([{ reason: 'never' }])
  expect(told('job:snoozed')).toMatchObject([{ again: 3_600_000 }])
  expect(told('job:cancelled').length + told('job:failed').length).toBe(3)
})

test('a task that takes too long is told to stop, and left alone when it does not listen', async () => {
  const reasons: unknown[] = []
  const deaf = gate()
  const A = task({
    timeout: '30ms',
    run: async (_: object, { signal }) => {
      signal.addEventListener('abort', () => reasons.push(signal.reason))
      await deaf.opened
    },
  })
  const { told } = await workers.start({ A }, { concurrency: 1 })
  await engine().enqueue({ maxAttempts: 1 }, { maxAttempts: 1 })
  await eventually(() => told('job:discarded').length === 2)
  expect(reasons).toMatchObject([{ code: 'JOB_TIMED_OUT' }, { code: 'JOB_TIMED_OUT' }])
  expect(await history()).toMatchObject([
    { error: { name: 'JobTimedOut' } },
    { error: { name: 'JobTimedOut' } },
  ])
  deaf.open()
})

test('one that stops when it is told to is over at once', async () => {
  const A = task({
    timeout: '30ms',
    run: (_: object, { signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  })
  const { told } = await workers.start({ A })
  await engine().enqueue({ maxAttempts: 1 })
  await eventually(() => told('job:discarded').length === 1)
  expect(told('job:discarded')[0]?.ms).toBeLessThan(900)
})

test('a timeout of months is one of months', async () => {
  const A = task({ timeout: '90d', run: () => new Promise(resolve => setTimeout(resolve, 30)) })
  const { worker, told } = await workers.start({ A })
  await engine().enqueue({})
  await worker.untilEmpty()
  expect(told('job:completed').length).toBe(1)
})

test('jobs run by priority, then in order', async () => {
  const order: number[] = []
  const ids = await engine().enqueue({ priority: 1 }, {}, { priority: -1 }, {}, { priority: 1 })
  const { worker } = await workers.start(
    { A: (_: object, { id }: { id: string }) => void order.push(ids.indexOf(id)) },
    { concurrency: 1 },
  )
  await worker.untilEmpty()
  expect(order).toEqual([2, 1, 3, 0, 4])
})

test('jobs for later run when they are due, not before', async () => {
  const late: number[] = []
  const A = (_: object, { runAt }: { runAt: Date }) => void late.push(Date.now() - runAt.getTime())
  const { told } = await workers.start({ A })
  await engine().enqueue({ delay: 300 }, { delay: 600, queue: 'q' }, { delay: 900 })
  await engine().query(`select pg_notify('background', 'later')`)
  await eventually(() => told('job:completed').length === 3)
  expect(Math.min(...late)).toBeGreaterThanOrEqual(-1)
  expect(Math.max(...late)).toBeLessThan(400)
})

test('a thousand jobs that take no time, and every one runs once', async () => {
  const seen: string[] = []
  const ids = await engine().enqueue(...Array.from({ length: 1_000 }, () => ({})))
  const { worker } = await workers.start({ A: (_: object, { id }: { id: string }) => void seen.push(id) })
  await worker.untilEmpty()
  expect(seen.length).toBe(1_000)
  expect(new Set(seen)).toEqual(new Set(ids))
  expect(await left()).toBe(0)
})

test('no more run at once than the worker has places', async () => {
  let [now, most] = [0, 0]
  const A = async () => {
    most = Math.max(most, ++now)
    await new Promise(resolve => setTimeout(resolve, 5))
    now--
  }
  await engine().enqueue(...Array.from({ length: 60 }, (_, n) => (n % 3 ? {} : { queue: `q${n}` })))
  const { worker } = await workers.start({ A }, { concurrency: 4 })
  await worker.untilEmpty()
  expect(most).toBe(4)
})

test('a worker that is busy without end still hears of queues, later jobs and urgent ones by itself', async () => {
  const seen = new Set<string>()
  let busy = true
  const Busy = async () => {
    await new Promise(resolve => setTimeout(resolve, 1))
    if (busy) await engine().enqueue({ task: 'Busy' })
  }
  const Seen = ({ what }: { what: string }) => void seen.add(what)
  const { worker } = await workers.start({ Busy, Seen }, { concurrency: 2, listen: false })
  await engine().enqueue(...Array.from({ length: 20 }, () => ({ task: 'Busy' })))
  await engine().enqueue(
    { task: 'Seen', payload: '{"what":"queued"}', queue: 'q' },
    { task: 'Seen', payload: '{"what":"later"}', delay: 100, priority: -1 },
    { task: 'Seen', payload: '{"what":"urgent"}', priority: -1 },
  )
  await eventually(() => seen.size === 3)
  busy = false
  await worker.untilEmpty()
})

test('what one worker has claimed and cannot start goes to another that is idle, and does not come back', async () => {
  const [slow, other] = [gate(), gate()]
  let isSlow = false
  const two = await workers.start({ A: () => {}, B: () => other.opened }, { concurrency: 1 })
  await engine().enqueue({ task: 'B' })
  await engine().query(`select pg_notify('background', 'free')`)
  await eventually(() => two.told('job:started').length === 1)
  const one = await workers.start({ A: () => (isSlow ? slow.opened : undefined) }, { concurrency: 1 })
  await engine().enqueue(...Array.from({ length: 300 }, () => ({})))
  await one.worker.untilEmpty()
  isSlow = true
  await engine().enqueue(...Array.from({ length: 40 }, () => ({})))
  await engine().query(`select pg_notify('background', 'free')`)
  await eventually(() => one.told('job:started').length === 301)
  other.open()
  await eventually(async () => (await left()) === 1, 4_000)
  expect([one.told('job:started').length, two.told('job:started').length]).toEqual([301, 40])
  expect(one.told('job:released').length).toBe(39)
  slow.open()
  await eventually(async () => (await left()) === 0)
})
