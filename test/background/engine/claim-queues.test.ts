import { expect, test } from 'vitest'
import { claimQueues, type Run } from '../../../background/engine/claim-queues.ts'
import { setConcurrency } from '../../../background/engine/queues.ts'
import { newId } from '../../../background/id.ts'
import { type Engine, useEngine } from '../../support/engine.ts'

const engine = useEngine()

const ids = (runs: readonly Run[]) => runs.flatMap(run => run.jobs.map(job => job.id))
const closing = (runs: readonly Run[]) => ({ claims: [...new Set(runs.map(run => run.claim))], slots: runs })

function inQueue(queue: string, count: number): Promise<string[]> {
  return engine().enqueue(...Array.from({ length: count }, () => ({ queue })))
}

test('a serial queue gives its jobs in one run, in order, to one worker', async () => {
  const at = (seconds: number) => new Date(Date.UTC(2020, 0, 1, 0, 0, seconds))
  const [a, b, c, d] = await engine().enqueue(
    { queue: 'q', runAt: at(9) },
    { queue: 'q', runAt: at(5) },
    { queue: 'q', runAt: at(5) },
    { queue: 'q', priority: -1, runAt: at(30) },
  )
  const [one, two] = [await engine().worker(), await engine().worker()]
  const { runs, cursor } = await engine().claimQueues(one)
  expect(runs).toMatchObject([{ queue: 'q', slot: 1 }])
  expect(ids(runs)).toEqual([d, b, c, a])
  expect(cursor).toBe('')
  await inQueue('q', 1)
  expect((await engine().claimQueues(two)).runs).toEqual([])
  expect((await engine().claimQueues(one)).runs).toEqual([])
})

test('at most perSlot jobs at a time; the next ones when the slot is free again', async () => {
  const all = await inQueue('q', 5)
  const worker = await engine().worker()
  for (const expected of [all.slice(0, 2), all.slice(2, 4), all.slice(4)]) {
    const { runs } = await engine().claimQueues(worker, { perSlot: 2 })
    expect(ids(runs)).toEqual(expected)
    await engine().complete(
      worker,
      runs.flatMap(run => run.jobs),
      {},
      closing(runs),
    )
  }
  expect(await engine().value('select count(*)::int from background.slot')).toBe(0)
})

test('a queue with concurrency n has n slots, and no more than its jobs need', async () => {
  await setConcurrency(engine().db, { q: 3 })
  const all = await inQueue('q', 7)
  const worker = await engine().worker()
  const { runs } = await engine().claimQueues(worker, { perSlot: 2 })
  expect(runs.map(run => run.slot)).toEqual([1, 2, 3])
  expect(runs.map(run => run.jobs.map(job => job.id))).toEqual([
    [all[0], all[3]],
    [all[1], all[4]],
    [all[2], all[5]],
  ])
  expect((await engine().claimQueues(worker)).runs).toEqual([])
  const done = runs.filter(run => run.slot !== 3)
  await engine().complete(
    worker,
    done.flatMap(run => run.jobs),
    {},
    { claims: [], slots: done },
  )
  const more = await engine().claimQueues(worker, { perSlot: 2 })
  expect(more.runs).toMatchObject([{ slot: 1, jobs: [{ id: all[6] }] }])
})

test('a queue whose concurrency was lowered gives nothing before enough of its slots are free', async () => {
  await setConcurrency(engine().db, { q: 3 })
  const all = await inQueue('q', 9)
  const worker = await engine().worker()
  const { runs } = await engine().claimQueues(worker, { perSlot: 1 })
  const [one, two, three] = runs as [Run, Run, Run]
  await setConcurrency(engine().db, { q: 1 })
  for (const run of [one, two]) {
    await engine().complete(worker, run.jobs, {}, { claims: [], slots: [run] })
    expect((await engine().claimQueues(worker)).runs).toEqual([])
  }
  await engine().complete(worker, three.jobs, {}, closing([three]))
  const next = await engine().claimQueues(worker, { perSlot: 1 })
  expect(next.runs).toMatchObject([{ slot: 1, jobs: [{ id: all[3] }] }])
})

test('a limit on slots counts over all queues', async () => {
  await setConcurrency(engine().db, { a: 5 })
  await inQueue('a', 5)
  await inQueue('b', 5)
  const worker = await engine().worker()
  const { runs } = await engine().claimQueues(worker, { slots: 3, perSlot: 1 })
  expect(runs.map(run => [run.queue, run.slot])).toEqual([
    ['a', 1],
    ['a', 2],
    ['a', 3],
  ])
})

test('the cursor goes around, so that each queue has its turn', async () => {
  const names = Array.from({ length: 10 }, (_, n) => `q${n}`)
  for (const name of names) await inQueue(name, 3)
  const worker = await engine().worker()
  const turns: string[] = []
  let cursor = ''
  for (let n = 0; n < 18; n++) {
    const found = await engine().claimQueues(worker, { slots: 2, perSlot: 1, cursor })
    turns.push(...found.runs.map(run => run.queue))
    cursor = found.cursor
    await engine().complete(
      worker,
      found.runs.flatMap(run => run.jobs),
      {},
      closing(found.runs),
    )
  }
  expect(turns.slice(0, 10)).toEqual(names)
  expect(turns.sort()).toEqual(names.flatMap(name => [name, name, name]))
})

test('a search that passes over many taken queues says where to go on', async () => {
  const names = Array.from({ length: 60 }, (_, n) => `q${String(n).padStart(2, '0')}`)
  await engine().enqueue(...names.flatMap(queue => [{ queue }, { queue }]))
  const worker = await engine().worker()
  await engine().claimQueues(worker, { slots: 50, perSlot: 1 })
  let cursor = ''
  const found: string[] = []
  for (let n = 0; n < 10 && found.length < 10; n++) {
    const answer = await engine().claimQueues(worker, { slots: 2, perSlot: 1, cursor })
    found.push(...answer.runs.map(run => run.queue))
    cursor = answer.cursor
  }
  expect(found).toEqual(names.slice(50))
})

test('a paused queue gives nothing; the others do not wait for it', async () => {
  await engine().query(`insert into background.queue (name, paused_at) values ('a', now())`)
  await inQueue('a', 2)
  const [b] = await inQueue('b', 1)
  const worker = await engine().worker()
  expect(ids((await engine().claimQueues(worker)).runs)).toEqual([b])
  await engine().query('update background.queue set paused_at = null')
  expect(ids((await engine().claimQueues(worker)).runs).length).toBe(2)
})

test('names of queues may have any characters', async () => {
  const names = ['"', '\\', ',', '{}', ' ', 'null', '漢字🦊', 'Ä', 'a', 'A']
  for (const name of names) await inQueue(name, 2)
  const worker = await engine().worker()
  const { runs } = await engine().claimQueues(worker, { perSlot: 1 })
  expect(runs.map(run => run.queue).sort()).toEqual([...names].sort())
  await engine().complete(
    worker,
    runs.flatMap(run => run.jobs),
    {},
    closing(runs),
  )
  expect(await engine().value('select count(*)::int from background.slot')).toBe(0)
})

test('released jobs stand at the head of their queue again and are not overtaken', async () => {
  const all = await inQueue('q', 4)
  const [one, two] = [await engine().worker(), await engine().worker()]
  const { runs } = await engine().claimQueues(one, { perSlot: 3 })
  await inQueue('q', 1)
  const [first, ...rest] = (runs[0] as Run).jobs
  await engine().complete(one, [first as never])
  await engine().release(one, rest, closing(runs))
  expect(ids((await engine().claimQueues(two)).runs).slice(0, 3)).toEqual(all.slice(1))
})

test('a slot that finds nothing is given up', async () => {
  await setConcurrency(engine().db, { q: 4 })
  const all = await inQueue('q', 4)
  const [one, two] = [await engine().worker(), await engine().worker()]
  const db = engine().connect()
  const [a, b] = await Promise.all([
    engine().claimQueues(one, { perSlot: 1, slots: 3 }),
    claimQueues(db, { claim: newId(), worker: two, slots: 3, perSlot: 1, cursor: '' }),
  ])
  expect([...ids(a.runs), ...ids(b.runs)].length).toBeLessThanOrEqual(4)
  const last = await engine().claimQueues(one, { perSlot: 1 })
  expect([...ids(a.runs), ...ids(b.runs), ...ids(last.runs)].sort()).toEqual([...all].sort())
  expect(await engine().value('select count(*)::int from background.slot')).toBe(4)
})

test('a worker that was declared dead takes no slot', async () => {
  await inQueue('q', 1)
  await expect(engine().claimQueues(newId())).rejects.toMatchObject({ code: '23503' })
  expect(await engine().value('select count(*)::int from background.slot')).toBe(0)
  expect(await engine().value('select count(*)::int from background.member')).toBe(1)
})

test('a transaction that is changing the head of a serial queue stops that queue and nobody else', async () => {
  const head = await engine().keyed({ queue: 'q' })
  const [next] = await inQueue('q', 1)
  const [other] = await inQueue('r', 1)
  const slow = engine().connect()
  await slow.run({ name: '', text: 'begin' }, [])
  await engine().keyed({ queue: 'elsewhere' }, 'replace', slow)
  const worker = await engine().worker()
  expect(ids((await engine().claimQueues(worker)).runs)).toEqual([other])
  await slow.run({ name: '', text: 'rollback' }, [])
  expect(ids((await engine().claimQueues(worker)).runs)).toEqual([head, next])
})

test('a change behind the head of a serial queue stops it there', async () => {
  const [first] = await inQueue('q', 1)
  await engine().keyed({ queue: 'q' })
  const [last] = await inQueue('q', 1)
  const slow = engine().connect()
  await slow.run({ name: '', text: 'begin' }, [])
  const moved = await engine().keyed({ queue: 'elsewhere' }, 'replace', slow)
  const worker = await engine().worker()
  const { runs } = await engine().claimQueues(worker)
  expect(ids(runs)).toEqual([first])
  await slow.run({ name: '', text: 'commit' }, [])
  await engine().complete(
    worker,
    runs.flatMap(run => run.jobs),
    {},
    closing(runs),
  )
  expect(ids((await engine().claimQueues(worker)).runs).sort()).toEqual([moved, last].sort())
})

test('a queue with concurrency does not wait for a job that somebody is changing', async () => {
  await setConcurrency(engine().db, { q: 2 })
  await engine().keyed({ queue: 'q' })
  const rest = await inQueue('q', 2)
  const slow = engine().connect()
  await slow.run({ name: '', text: 'begin' }, [])
  await engine().keyed({ queue: 'elsewhere' }, 'replace', slow)
  const worker = await engine().worker()
  expect(ids((await engine().claimQueues(worker)).runs).sort()).toEqual(rest)
  await slow.run({ name: '', text: 'rollback' }, [])
})

/** Claims and completes until nothing is left; answers with the runs in the order in which they were held. */
async function drain(db: Parameters<typeof claimQueues>[0], worker: string, held: string[][]): Promise<void> {
  for (let cursor = '', idle = 0; idle < 3; ) {
    const found = await claimQueues(db, { claim: newId(), worker, slots: 4, perSlot: 3, cursor })
    cursor = found.cursor
    idle = found.runs.length === 0 && cursor === '' ? idle + 1 : 0
    for (const run of found.runs) held.push([run.queue, ...run.jobs.map(job => job.id)])
    if (found.runs.length > 0) await finish(worker, found.runs)
  }
}

async function finish(worker: string, runs: Run[]): Promise<void> {
  await (engine() as Engine).complete(
    worker,
    runs.flatMap(run => run.jobs),
    {},
    closing(runs),
  )
}

test('several who claim the same queues at once: every job once, each serial queue in order', async () => {
  const names = Array.from({ length: 12 }, (_, n) => `q${n % 4}`)
  const all = await engine().enqueue(
    ...Array.from({ length: 25 }, () => names.map(queue => ({ queue }))).flat(),
  )
  await setConcurrency(engine().db, { q0: 3 })
  const held: string[][] = []
  const workers = await Promise.all([1, 2, 3].map(() => engine().worker()))
  await Promise.all(workers.map(worker => drain(engine().connect(), worker, held)))
  const got = held.flatMap(([, ...jobs]) => jobs)
  expect(got.length).toBe(all.length)
  expect(new Set(got)).toEqual(new Set(all))
  for (const queue of ['q1', 'q2', 'q3']) {
    const order = held.filter(([name]) => name === queue).flatMap(([, ...jobs]) => jobs.map(Number))
    expect(order).toEqual([...order].sort((a, b) => a - b))
  }
})
