import { expect, test } from 'vitest'
import { setConcurrency } from '../../../background/engine/queues.ts'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { gate, useWorkers } from '../../support/worker.ts'

const engine = useEngine()
const workers = useWorkers(engine)

interface Counted {
  /** Ids in the order in which their jobs began. */
  readonly order: string[]
  /** The most that ran at the same time, by queue. */
  readonly most: Map<string, number>
}

/** A task that notes who runs when. */
function counting(ms = 0) {
  const running = new Map<string, number>()
  const counted: Counted = { order: [], most: new Map() }
  const A = async (_: object, { id, queue = '' }: { id: string; queue?: string | undefined }) => {
    const now = (running.get(queue) ?? 0) + 1
    running.set(queue, now)
    counted.most.set(queue, Math.max(now, counted.most.get(queue) ?? 0))
    counted.order.push(id)
    if (ms > 0) await new Promise(resolve => setTimeout(resolve, ms))
    else await null
    running.set(queue, (running.get(queue) ?? 0) - 1)
  }
  return { A, counted }
}

test('a serial queue runs in order and one at a time, whoever works on it', async () => {
  const ids = await engine().enqueue(...Array.from({ length: 200 }, () => ({ queue: 'q' })))
  const { A, counted } = counting()
  const [one, two] = await Promise.all([workers.start({ A }), workers.start({ A })])
  await eventually(async () => (await engine().value('select count(*)::int from background.job')) === 0)
  expect(counted.order).toEqual(ids)
  expect(counted.most.get('q')).toBe(1)
  const completed = () => one.told('job:completed').length + two.told('job:completed').length
  await eventually(() => completed() >= 200)
  expect(completed()).toBe(200)
})

test('many serial queues beside each other', async () => {
  const names = Array.from({ length: 25 }, (_, n) => `q${n}`)
  const jobs = Array.from({ length: 8 }, () => names.map(queue => ({ queue }))).flat()
  const ids = await engine().enqueue(...jobs)
  const { A, counted } = counting(1)
  const [{ worker }] = await Promise.all([workers.start({ A }), workers.start({ A })])
  await eventually(async () => (await engine().value('select count(*)::int from background.job')) === 0)
  await worker.untilEmpty()
  expect([...counted.most.values()].every(most => most === 1)).toBe(true)
  for (const name of names) {
    const expected = ids.filter((_, n) => jobs[n]?.queue === name)
    expect(counted.order.filter(id => expected.includes(id))).toEqual(expected)
  }
})

test('long backlogs of a queue that is busy and of one that is paused keep nobody else waiting', async () => {
  const finish = gate()
  const ran: string[] = []
  const A = async (_: object, { id, queue }: { id: string; queue?: string | undefined }) => {
    if (queue === 'busy') await finish.opened
    ran.push(id)
  }
  await engine().query(`select background.pause_queue('paused')`)
  const inFront = { priority: -1 }
  await engine().enqueue(
    ...Array.from({ length: 1_000 }, (_, n) => ({ ...inFront, queue: n % 2 ? 'busy' : 'paused' })),
  )
  const others = await engine().enqueue(
    ...Array.from({ length: 100 }, (_, n) => (n % 2 ? {} : { queue: `q${n}` })),
  )
  await workers.start({ A }, { concurrency: 2 })
  await eventually(() => ran.length === others.length)
  expect(new Set(ran)).toEqual(new Set(others))
  finish.open()
})

test('the concurrency of a queue is used and never exceeded', async () => {
  await engine().enqueue(...Array.from({ length: 60 }, () => ({ queue: 'q' })))
  const { A, counted } = counting(5)
  const queues = { q: 3 }
  await Promise.all([workers.start({ A }, { queues }), workers.start({ A }, { queues })])
  await eventually(async () => (await engine().value('select count(*)::int from background.job')) === 0)
  expect(counted.most.get('q')).toBe(3)
  expect(counted.order.length).toBe(60)
})

test('jobs of a queue that its worker could not start go back to the head and run in order elsewhere', async () => {
  const first = gate()
  const order: string[] = []
  const A = async (_: object, { id }: { id: string }) => {
    order.push(id)
    if (order.length === 6) await first.opened
  }
  const ids = await engine().enqueue(...Array.from({ length: 40 }, () => ({ queue: 'q' })))
  const one = await workers.start({ A })
  await eventually(() => order.length === 6)
  const stopped = one.worker.stop(5_000)
  await workers.start({ A })
  first.open()
  await stopped
  await eventually(async () => (await engine().value('select count(*)::int from background.job')) === 0)
  expect(order).toEqual(ids)
})

test('a paused queue waits and goes on when it is resumed', async () => {
  await setConcurrency(engine().db, { q: 2 })
  await engine().query('update background.queue set paused_at = now()')
  await engine().enqueue({ queue: 'q' }, { queue: 'r' })
  const { A, counted } = counting()
  const { worker } = await workers.start({ A }, { listen: false })
  await worker.untilEmpty()
  expect(counted.order.length).toBe(1)
  await engine().query('update background.queue set paused_at = null')
  await eventually(() => counted.order.length === 2)
})
