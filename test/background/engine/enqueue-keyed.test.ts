import { describe, expect, test } from 'vitest'
import { cancelJobs } from '../../../background/engine/cancel.ts'
import { enqueueOne, type NewJob } from '../../../background/engine/enqueue.ts'
import { rescue } from '../../../background/engine/rescue.ts'
import type { KeyMode } from '../../../background/key.ts'
import type { Executor } from '../../../framework/executor.ts'
import { closingOf, useEngine } from '../../support/engine.ts'

const engine = useEngine()
const MODES: readonly KeyMode[] = ['replace', 'preserve_run_at', 'unsafe_dedupe']
const OLD = { payload: '{"old":1}', priority: 1, maxAttempts: 3, tags: ['old'] }
const NEW = { task: 'B', payload: '{"new":1}', priority: 2, maxAttempts: 4, tags: ['new'] }

interface Stored {
  readonly id: string
  readonly task: string
  readonly payload: string
  readonly wait: number
  readonly attempt: number
}

function jobs(): Promise<Stored[]> {
  return engine().query<Stored>(`
    select id, task, payload::text, queue, priority, max_attempts, tags, attempt, crashes, error, key,
           round(extract(epoch from run_at - now()) / 60)::int as wait
      from background.jobs order by id`)
}

function scheduleUnder(name: string, db: Executor, payload = '{}'): Promise<string> {
  return enqueueOne(db, { task: 'A', payload, key: { name, mode: 'replace', maxWait: undefined } })
}

async function place(): Promise<unknown> {
  return (
    await engine().column(`
      select 'ready' from background.ready union all select 'member' from background.member
       union all select 'deferred' from background.deferred`)
  ).join()
}

/** The job under the key is claimed. */
async function claimIt(job: Partial<NewJob> = OLD) {
  const id = await engine().keyed(job)
  const worker = await engine().worker()
  return { id, worker, claimed: await engine().claim(worker) }
}

describe.each(MODES)('%s', mode => {
  test('when nothing has the key: a new job', async () => {
    const id = await engine().keyed({ ...NEW, queue: 'q' }, mode)
    expect(await jobs()).toMatchObject([
      {
        id,
        task: 'B',
        payload: NEW.payload,
        queue: 'q',
        priority: 2,
        max_attempts: 4,
        tags: ['new'],
        key: 'k',
      },
    ])
    expect(await place()).toBe('member')
  })

  test('when the job that had the key is done: a new job', async () => {
    const { id, worker, claimed } = await claimIt()
    expect(await engine().complete(worker, claimed, {}, closingOf(...claimed))).toEqual([id])
    const next = await engine().keyed(NEW, mode)
    expect(next).not.toBe(id)
    expect(await jobs()).toMatchObject([{ id: next, task: 'B' }])
  })
})

describe.each(['replace', 'preserve_run_at'] as const)('%s', mode => {
  test.each([
    ['due', {}, 'ready'],
    ['due in a queue', { queue: 'old' }, 'member'],
  ])('a job that is %s becomes the new one', async (_, old, was) => {
    const id = await engine().keyed({ ...OLD, ...old })
    expect(await place()).toBe(was)
    expect(await engine().keyed({ ...NEW, queue: 'new' }, mode)).toBe(id)
    expect(await jobs()).toMatchObject([
      { id, task: 'B', payload: NEW.payload, queue: 'new', priority: 2, max_attempts: 4, tags: ['new'] },
    ])
    expect(await place()).toBe('member')
  })

  test('of a job that has failed the next attempt is the first one again, at the new time', async () => {
    const { id, worker, claimed } = await claimIt()
    await engine().fail(worker, claimed, { error: '{"message":"no"}' }, closingOf(...claimed))
    expect(await jobs()).toMatchObject([{ attempt: 1, error: { message: 'no' } }])
    expect(await engine().keyed({ ...NEW, delay: 600_000 }, mode)).toBe(id)
    expect(await jobs()).toMatchObject([{ id, task: 'B', attempt: 0, crashes: 0, error: null, wait: 10 }])
    expect(await place()).toBe('deferred')
  })

  test('beside a running job a new one is made, and the running one has no further attempt', async () => {
    const { id, worker, claimed } = await claimIt()
    const next = await engine().keyed(NEW, mode)
    expect(next).not.toBe(id)
    expect((await jobs()).map(job => job.id)).toEqual([id, next])
    expect(
      await engine().fail(worker, claimed, { error: '{"message":"no"}' }, closingOf(...claimed)),
    ).toEqual([id])
    expect(await jobs()).toMatchObject([{ id: next, task: 'B' }])
    expect(await engine().query('select id, state, error from background.history')).toEqual([
      { id, state: 'discarded', error: { message: 'no' } },
    ])
    expect(await engine().keyed(NEW, mode)).toBe(next)
  })

  test('a running job that completes leaves the key to the new one', async () => {
    const { id, worker, claimed } = await claimIt()
    const next = await engine().keyed(NEW, mode)
    expect(await engine().complete(worker, claimed, {}, closingOf(...claimed))).toEqual([id])
    expect(await engine().keyed(NEW, mode)).toBe(next)
  })

  test('payloads that are arrays are put together, item by item as they were', async () => {
    const id = await engine().keyed({ payload: '[1, 9007199254740993]' })
    expect(await engine().keyed({ payload: '[[2],{"a":"]"}]' }, mode)).toBe(id)
    await engine().keyed({ payload: '[]' }, mode)
    expect((await jobs())[0]?.payload.replaceAll(/\s/g, '')).toBe('[1,9007199254740993,[2],{"a":"]"}]')
  })

  test('an array does not go with what is none', async () => {
    await engine().keyed({ payload: '[1]' })
    await engine().keyed({ payload: '{}' }, mode)
    await engine().keyed({ payload: '[2]' }, mode)
    expect(await jobs()).toMatchObject([{ payload: '[2]' }])
  })

  test('nor has a running job a further attempt when the one that replaced it is done before it', async () => {
    const { id, worker, claimed } = await claimIt()
    const next = await engine().keyed(NEW, mode)
    const done = await engine().claim(worker)
    expect(await engine().complete(worker, done, {}, closingOf(...done))).toEqual([next])
    expect(await engine().fail(worker, claimed, {}, closingOf(...claimed))).toEqual([id])
    expect(await jobs()).toEqual([])
  })

  test('the payload of a running job is not taken over', async () => {
    await claimIt({ payload: '[1]' })
    await engine().keyed({ payload: '[2]' }, mode)
    expect((await jobs()).map(job => job.payload)).toEqual(['[1]', '[2]'])
  })
})

test.each(['replace', 'preserve_run_at'] as const)(
  '%s: a full batch runs by itself, a new one begins',
  async mode => {
    const half = (letter: string) => JSON.stringify(Array.from({ length: 6 }, () => letter.repeat(100_000)))
    const first = await engine().keyed({ payload: half('a'), delay: 600_000 }, mode)
    const second = await engine().keyed({ payload: half('b'), queue: 'q' }, mode)
    expect(await engine().keyed({ payload: '["c"]', queue: 'q' }, mode)).toBe(second)
    const batches = 'select id, key, json_array_length(payload) as items from background.jobs order by id'
    expect(await engine().query(batches)).toEqual([
      { id: first, key: null, items: 6 },
      { id: second, key: 'k', items: 7 },
    ])
    await engine().letDue()
    expect((await engine().claim(await engine().worker())).map(job => job.id)).toEqual([first])
    expect(await engine().keyed({ payload: `"${'d'.repeat(600_000)}"` }, mode)).toBe(second)
  },
)

test('replace: the new time counts', async () => {
  await engine().keyed({ delay: 600_000 })
  await engine().keyed({ delay: 1_200_000 })
  expect(await jobs()).toMatchObject([{ wait: 20 }])
  await engine().keyed({})
  expect(await jobs()).toMatchObject([{ wait: 0 }])
  expect(await place()).toBe('ready')
})

test('preserve_run_at: the first time counts, as long as nothing was tried', async () => {
  await engine().keyed({ ...OLD, delay: 600_000 })
  await engine().keyed({ ...NEW, delay: 1_200_000 }, 'preserve_run_at')
  expect(await jobs()).toMatchObject([{ task: 'B', payload: NEW.payload, wait: 10 }])
  expect(await place()).toBe('deferred')
})

describe('unsafe_dedupe', () => {
  test.each([
    ['due', { ...OLD }],
    ['due in a queue', { ...OLD, queue: 'q' }],
    ['for later', { ...OLD, delay: 600_000 }],
    ['an array', { payload: '[1]' }],
  ])('a job that is %s stays as it is', async (_, old) => {
    const id = await engine().keyed(old)
    const before = await jobs()
    expect(await engine().keyed({ ...NEW, payload: '[2]' }, 'unsafe_dedupe')).toBe(id)
    expect(await jobs()).toEqual(before)
  })

  test('so does one that is running, and one that has failed', async () => {
    const { id, worker, claimed } = await claimIt()
    expect(await engine().keyed(NEW, 'unsafe_dedupe')).toBe(id)
    await engine().fail(worker, claimed, {}, closingOf(...claimed))
    expect(await engine().keyed(NEW, 'unsafe_dedupe')).toBe(id)
    expect(await jobs()).toMatchObject([{ id, task: 'A', attempt: 1 }])
  })
})

test('a job whose worker died and which was replaced while it ran is discarded at its next failure', async () => {
  const { id, worker } = await claimIt()
  const next = await engine().keyed(NEW)
  await engine().expire(worker)
  await rescue(engine().db, 60)
  // it was interrupted and goes on as it was: waiting beside the new one, without the key
  expect(await jobs()).toMatchObject([
    { id, key: null },
    { id: next, key: 'k' },
  ])
  const other = await engine().worker()
  const claimed = await engine().claim(other)
  const failed = claimed.filter(job => job.id === id)
  await engine().fail(other, failed)
  expect((await jobs()).map(job => job.id)).toEqual([next])
})

test('keys are told apart by every character', async () => {
  const keys = ['k', 'K', ' k', 'k ', '漢', '"', '\\', 'x'.repeat(512)]
  const ids = []
  for (const key of keys) ids.push(await scheduleUnder(key, engine().db))
  expect(new Set(ids).size).toBe(keys.length)
  for (const [index, key] of keys.entries()) expect(await scheduleUnder(key, engine().db)).toBe(ids[index])
})

test('a transaction that replaces a running job and stays open holds up neither its completion nor others', async () => {
  const { id, worker, claimed } = await claimIt()
  const slow = engine().connect()
  await slow.run({ name: '', text: 'begin' }, [])
  const next = await engine().keyed(NEW, 'replace', slow)
  expect(await engine().complete(worker, claimed, {}, closingOf(...claimed))).toEqual([id])
  await slow.run({ name: '', text: 'commit' }, [])
  expect(await jobs()).toMatchObject([{ id: next }])
})

test('nor its failure, and it is not tried again all the same', async () => {
  const { id, worker, claimed } = await claimIt()
  const slow = engine().connect()
  await slow.run({ name: '', text: 'begin' }, [])
  const next = await engine().keyed(NEW, 'replace', slow)
  expect(await engine().fail(worker, claimed, {}, closingOf(...claimed))).toEqual([id])
  await slow.run({ name: '', text: 'commit' }, [])
  await engine().letDue()
  expect((await jobs()).map(job => job.id)).toEqual([next])
})

test('1,500 concurrent schedules under five keys: one job per key, and no item lost', async () => {
  const connections = Array.from({ length: 20 }, () => engine().connect())
  await Promise.all(
    Array.from({ length: 1_500 }, (_, n) =>
      scheduleUnder(`key ${n % 5}`, connections[n % 20] as never, `[${n}]`),
    ),
  )
  const stored = await engine().query<{ key: string; items: number[] }>(
    'select key, payload as items from background.job order by key',
  )
  expect(stored.map(job => job.key)).toEqual(['key 0', 'key 1', 'key 2', 'key 3', 'key 4'])
  const items = stored.flatMap(job => job.items).sort((a, b) => a - b)
  expect(items).toEqual(Array.from({ length: 1_500 }, (_, n) => n))
})

test('while workers claim and complete, each schedule under a key is either run or waiting', async () => {
  const connections = Array.from({ length: 4 }, () => engine().connect())
  const worker = await engine().worker()
  const run: number[] = []
  let scheduling = true
  const working = (async () => {
    while (scheduling) {
      const claimed = await engine().claim(worker)
      if (claimed.length === 0) continue
      const done = await engine().complete(worker, claimed, {}, closingOf(...claimed))
      expect(done.length).toBe(claimed.length)
      for (const job of claimed) run.push(...JSON.parse(job.payload))
    }
  })()
  await Promise.all(
    connections.map(async (connection, c) => {
      for (let n = 0; n < 100; n++) await scheduleUnder(`k${n % 3}`, connection, `[${c * 100 + n}]`)
    }),
  )
  scheduling = false
  await working
  const waiting = (await engine().column('select payload from background.job')) as number[][]
  expect([...run, ...waiting.flat()].sort((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, n) => n))
})

test('what takes the place of a job that was to be cancelled is not to be cancelled', async () => {
  const id = await engine().keyed({ payload: '{"old":1}' })
  const worker = await engine().worker()
  const running = await engine().claim(worker)
  await cancelJobs(engine().db, [id], 'the old one is not wanted', { keep: 60, byTask: {} })
  await engine().release(worker, running, closingOf(...running))
  expect(await engine().keyed({ payload: '{"new":1}' })).toBe(id)
  expect(await engine().column('select job_id from background.cancellation')).toEqual([])
})
