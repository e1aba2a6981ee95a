import { expect, test } from 'vitest'
import { complete } from '../../../background/engine/complete.ts'
import { enqueueMany, type NewJob } from '../../../background/engine/enqueue.ts'
import type { KeyMode } from '../../../background/key.ts'
import type { Connection } from '../../../framework/connection.ts'
import { closingOf, useEngine } from '../../support/engine.ts'

const engine = useEngine()

function keyed(name: string, payload = '{}', mode: KeyMode = 'replace', maxWait?: number): NewJob {
  return { task: 'A', payload, key: { name, mode, maxWait } }
}

const stored = () =>
  engine().query<{ id: string; key: string | null; payload: unknown }>(
    'select id, key, payload from background.job order by id',
  )

test('those with keys and those without, in the order given', async () => {
  const [old] = await enqueueMany(engine().db, [keyed('b', '["old"]')])
  const jobs = [
    { task: 'A', payload: '1' },
    { ...keyed('c', '2'), queue: 'q', tags: ['t'], flags: ['f'], priority: 3, maxAttempts: 4 },
    keyed('b', '["new"]'),
    { ...keyed('a', '4'), delay: 60_000 },
    { task: 'B', payload: '5' },
  ]
  const ids = await enqueueMany(engine().db, jobs)
  expect(ids[2]).toBe(old)
  const fresh = ids.filter(id => id !== old)
  expect(fresh).toEqual([...fresh].sort((a, b) => Number(a) - Number(b)))
  expect(new Map((await stored()).map(job => [job.id, [job.key, job.payload]]))).toEqual(
    new Map([
      [old, ['b', ['old', 'new']]],
      [ids[0], [null, 1]],
      [ids[1], ['c', 2]],
      [ids[3], ['a', 4]],
      [ids[4], [null, 5]],
    ]),
  )
  const columns = 'queue, tags, flags, priority, max_attempts'
  expect(await engine().query(`select ${columns} from background.job where key = 'c'`)).toEqual([
    { queue: 'q', tags: ['t'], flags: ['f'], priority: 3, max_attempts: 4 },
  ])
})

test('one key more than once: each does to the one before what its mode says', async () => {
  const ids = await enqueueMany(engine().db, [
    keyed('k', '[1]'),
    keyed('k', '[2]'),
    keyed('k', '[3]', 'unsafe_dedupe'),
    { ...keyed('k', '[4]', 'preserve_run_at'), delay: 60_000 },
  ])
  expect(new Set(ids).size).toBe(1)
  expect(await stored()).toEqual([{ id: ids[0], key: 'k', payload: [1, 2, 4] }])
  expect(await engine().value('select count(*)::int from background.ready')).toBe(1)
})

test('however often it is put off, it is due after its longest wait', async () => {
  const put = () =>
    enqueueMany(engine().db, [{ ...keyed('k', '{}', 'replace', 90_000), delay: 60_000 }, keyed('x')])
  await put()
  await engine().query(`update background.job set created_at = created_at - interval '1 minute'`)
  await put()
  const wait = `select round(extract(epoch from run_at - now()))::int from background.job where key = 'k'`
  expect(await engine().value(wait)).toBeLessThanOrEqual(30)
})

test('a job that runs keeps its key under unsafe_dedupe, and frees it when it has ended', async () => {
  const [id] = (await enqueueMany(engine().db, [keyed('k')])) as [string]
  const worker = await engine().worker()
  const claimed = await engine().claim(worker)
  const slow = engine().connect()
  await slow.run({ name: '', text: 'begin' }, [])
  expect((await enqueueMany(slow, [keyed('k', '{}', 'unsafe_dedupe'), keyed('x')]))[0]).toBe(id)
  await engine().db.run(
    ...complete(
      worker,
      claimed.map(job => ({ claim: job.claim, id: job.id, ms: 1, keep: 60 })),
      closingOf(...claimed),
    ),
  )
  await slow.run({ name: '', text: 'commit' }, [])
  expect(await engine().column('select key from background.job_key order by key')).toEqual(['x'])
})

test('20,000 different keys take no lock each', async () => {
  const jobs = Array.from({ length: 20_000 }, (_, n) => keyed(`key ${n}`))
  const first = await enqueueMany(engine().db, jobs)
  expect(new Set(first).size).toBe(20_000)
  const locks = await engine().db.runTogether([
    [{ name: '', text: 'select 1' }, []],
    [
      {
        name: '',
        text: `select background.enqueue_keyed('[1,2]', 'A', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{m,n}', '{replace,replace}', '{}', null)`,
      },
      [],
    ],
    [
      {
        name: '',
        text: `select count(*) from pg_locks where pid = pg_backend_pid() and locktype = 'advisory'`,
      },
      [],
    ],
  ])
  expect(locks[2]).toEqual([['0']])
})

test('calls that take the same keys in any order, in bulk and one by one: one job per key, no item lost', async () => {
  const connections = Array.from({ length: 8 }, () => engine().connect())
  const keys = Array.from({ length: 30 }, (_, n) => `k${n}`)
  const many = (connection: Connection, n: number) => {
    const order = n % 2 ? keys : [...keys].reverse()
    return enqueueMany(
      connection,
      order.map(key => keyed(key, `[${n}]`)),
    )
  }
  const single = async (connection: Connection, n: number) => {
    for (const key of keys) await enqueueMany(connection, [keyed(key, `[${n}]`)])
    for (const key of keys.slice(0, 10))
      await engine().keyed(
        { key: { name: key, mode: 'replace', maxWait: undefined }, payload: `[${n}]` },
        'replace',
        connection,
      )
  }
  await Promise.all(connections.map((connection, n) => (n < 6 ? many(connection, n) : single(connection, n))))
  const jobs = await stored()
  expect(jobs.map(job => job.key).sort()).toEqual([...keys].sort())
  for (const { key, payload } of jobs) {
    const twice = keys.indexOf(key as string) < 10 ? [6, 7] : []
    expect((payload as number[]).sort((a, b) => a - b)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, ...twice].sort((a, b) => a - b),
    )
  }
})
