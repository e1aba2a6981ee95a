import type { Worker as Thread } from 'node:worker_threads'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { listWorkers } from '../../../background/engine/worker-list.ts'
import { Pulse } from '../../../background/worker/pulse.ts'
import { type PulseNews, SharedPulse } from '../../../background/worker/pulse-messages.ts'
import { every, sharedMonotonic } from '../../../framework/clock.ts'
import { ownModule } from '../../../framework/own-package.ts'
import { startThread } from '../../../framework/thread.ts'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'

const engine = useEngine()
const started: Pulse[] = []

afterEach(async () => {
  await Promise.all(started.splice(0).map(pulse => pulse.stop()))
})

function pulseOf(listen = true) {
  const news: PulseNews[] = []
  const pulse = new Pulse({ url: engine().url, listen, onNews: one => news.push(one) })
  started.push(pulse)
  return { pulse, told: (kind: PulseNews['kind']) => news.filter(one => one.kind === kind) }
}

/** Seconds that are left of its lease. */
const lease = (worker: string) =>
  engine().value(
    'select extract(epoch from lease_until - clock_timestamp())::float from background.worker where id = $1',
    [worker],
  ) as Promise<number>

test('a life that begins is alive, and its lease is extended', async () => {
  const { pulse } = pulseOf()
  expect(pulse.isAlive).toBe(false)
  const worker = await engine().worker(3_000)
  pulse.become(worker, sharedMonotonic())
  expect(pulse.isAlive).toBe(true)
  await eventually(async () => (await lease(worker)) > 5)
})

test('a heartbeat says how much memory the process has, and for how long its event loop was held up', async () => {
  const { pulse } = pulseOf()
  const worker = await engine().worker(60_000)
  pulse.become(worker, sharedMonotonic())
  const loadOf = async () => (await listWorkers(engine().db)).find(({ id }) => id === worker)
  await eventually(async () => (await loadOf())?.memory !== undefined)
  expect((await loadOf())?.memory).toBeGreaterThan(10_000_000)
  const since = performance.now()
  while (performance.now() - since < 400);
  await eventually(async () => ((await loadOf())?.delay ?? 0) >= 300)
})

test('what others say is heard, and that it is heard', async () => {
  const { pulse, told } = pulseOf()
  pulse.become(await engine().worker(), sharedMonotonic())
  await eventually(() => told('listening').length === 1)
  await engine().query(`select pg_notify('background', 'free')`)
  await eventually(() => told('rung').length === 1)
  expect(told('rung')).toEqual([{ kind: 'rung', what: 'free' }])
  const other = await engine().worker()
  await engine().expire(other)
  await eventually(() => told('others-died').length > 0)
})

test('a lease that ran out is told with the name of its life, and not of the next', async () => {
  const { pulse, told } = pulseOf()
  const [first, second] = [await engine().worker(), await engine().worker()]
  pulse.become(first, sharedMonotonic())
  await engine().expire(first)
  await eventually(() => told('lost').length === 1)
  expect(told('lost')).toEqual([{ kind: 'lost', worker: first }])
  pulse.become(second, sharedMonotonic())
  await engine().query(
    `update background.worker set lease_until = now() + interval '3 seconds' where id = $1`,
    [second],
  )
  await eventually(async () => (await lease(second)) > 5)
  expect(told('lost').every(one => one.kind === 'lost' && one.worker === first)).toBe(true)
})

test('a beat of a former life that is answered late says nothing about the present one', async () => {
  const { pulse, told } = pulseOf()
  const [first, second] = [await engine().worker(), await engine().worker(3_000)]
  pulse.become(first, sharedMonotonic())
  const other = engine().connect()
  await other.run({ name: '', text: 'begin' }, [])
  await other.run(
    { name: '', text: `update background.worker set lease_until = '-infinity' where id = $1` },
    [first],
  )
  await eventually(() => engine().waiters('kretes background pulse'))
  pulse.become(second, sharedMonotonic())
  // an order to a thread is there before the answer of a server
  await new Promise(resolve => setTimeout(resolve, 50))
  await other.run({ name: '', text: 'commit' }, [])
  await eventually(async () => (await lease(second)) > 5)
  expect(told('lost')).toEqual([])
})

test('a life whose lease was taken too long ago is over at once, whatever the database says', async () => {
  const { pulse, told } = pulseOf()
  await engine().query('alter table background.worker rename to elsewhere')
  pulse.become('1', sharedMonotonic() - 60_000)
  expect(pulse.isAlive).toBe(false)
  await eventually(() => told('lost').length === 1)
  await engine().query('alter table background.elsewhere rename to worker')
})

test('a thread that dies is replaced, and the life goes on', async () => {
  const threads: Thread[] = []
  const note = (thread: Thread) => void threads.push(thread)
  process.on('worker', note)
  const { pulse, told } = pulseOf()
  const worker = await engine().worker()
  pulse.become(worker, sharedMonotonic())
  await eventually(() => told('listening').length === 1)
  await threads[0]?.terminate()
  await eventually(() => told('listening').length === 2)
  process.off('worker', note)
  await engine().query(`update background.worker set lease_until = now() + interval '3 seconds'`)
  await eventually(async () => (await lease(worker)) > 5)
  expect(threads.length).toBe(2)
})

test('a process whose event loop does not turn any more is given up, however well its pulse is', async () => {
  const [stuck, alive] = [await engine().worker(30_000), await engine().worker(30_000)]
  const beatFor = (worker: string) => {
    const buffer = SharedPulse.buffer()
    const thread = startThread(ownModule('background/worker/pulse-thread'), {
      ...{ url: engine().url, worker, listen: false, shared: buffer },
      ...{ leaseMs: 3_000, beatMs: 100, stallMs: 1_000 },
    })
    onTestFinished(async () => void (await thread.terminate()))
    return new SharedPulse(buffer)
  }
  beatFor(stuck)
  const shared = beatFor(alive)
  onTestFinished(every(50, () => shared.showLife()))
  for (const worker of [stuck, alive]) await eventually(async () => (await lease(worker)) < 4, 20_000)
  await eventually(async () => (await lease(stuck)) < 0, 20_000)
  expect(await lease(alive)).toBeGreaterThan(0)
})

test('a pulse can be stopped before it began, twice, and after its thread died', async () => {
  const threads: Thread[] = []
  const note = (thread: Thread) => void threads.push(thread)
  process.on('worker', note)
  const { pulse, told } = pulseOf()
  await pulse.stop()
  pulse.become(await engine().worker(), sharedMonotonic())
  await eventually(() => told('listening').length === 1)
  await threads[0]?.terminate()
  await Promise.all([pulse.stop(), pulse.stop()])
  process.off('worker', note)
  expect(threads.length).toBe(1)
})
